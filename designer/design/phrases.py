"""How a change of one setting is put: a sentence for each value of a choice, one for a quantity, one for none."""

from __future__ import annotations

from collections.abc import Mapping

CHOICES: Mapping[str, Mapping[object, str]] = {
    "read_from": {
        "leader": "Read {node} from its leader only",
        "replicas": "Read {node} from its replicas only",
        "any": "Read {node} from leader and replicas alike",
    },
    "calls": {
        "sequence": "Let {node} make its calls one after the other",
        "parallel": "Let {node} make its calls at once",
    },
    "routing": {
        "random": "Let {node} pick its targets at random",
        "round_robin": "Let {node} pick its targets in turn",
        "least_connections": "Let {node} pick the target with the fewest open connections",
        "hash": "Let {node} send the same client to the same target every time",
    },
    "sessions": {
        "shared": "Let {node} keep what it knows of its clients where every instance finds it",
        "local": "Let each instance of {node} keep what it knows of its clients to itself",
    },
    "writes": {
        "invalidate": "Let a write take the copy out of {node}",
        "around": "Let writes go around {node}",
        "through": "Write {node} and its store before the answer",
        "back": "Write {node} before the answer and its store after it",
    },
    "eviction": {
        "lru": "Let {node} give up what was not asked for the longest",
        "lfu": "Let {node} give up what is asked for least",
    },
    "acks": {
        "leader": "Answer a write to {node} once its leader has it",
        "one": "Answer a write to {node} once its leader and one follower have it",
        "all": "Answer a write to {node} once all of its copies have it",
    },
    "leaders": {
        "single": "Let one leader of {node} take the writes",
        "multi": "Let every copy of {node} take writes",
    },
    "partitioning": {
        "hash": "Let a hash of the key choose the shard of {node}",
        "range": "Keep neighbouring keys of {node} in one shard",
        "directory": "Let a directory choose the shard of {node}",
    },
    "hashing": {
        "consistent": "Spread the keys of {node} by consistent hashing",
        "modulo": "Spread the keys of {node} by their hash modulo its parts",
    },
    "index": {
        "local": "Let each shard of {node} index its own records",
        "global": "Index the records of all shards of {node} together",
    },
    "delivery": {
        "at_least_once": "Let {node} hand a message out again when its consumer fails",
        "at_most_once": "Let {node} hand each message out only once",
    },
    "ordered": {
        True: "Keep messages of one record in order in {node}",
        False: "Let {node} hand out messages in any order",
    },
}

QUANTITIES: Mapping[str, tuple[str, str]] = {
    "ttl": ("Let {node} give up a copy after {value}", "Let {node} keep a copy however old it is"),
    "limit": ("Let {node} take at most {value}", "Take the limit of {node} away"),
    "deadline": ("Let {node} give up requests older than {value}", "Take the deadline of {node} away"),
    "backup_every": ("Back {node} up every {value}", "Make no backups of {node}"),
    "read_quorum": ("Ask {value} copies in {node} for a read", "Ask a majority of {node} for a read"),
    "write_quorum": (
        "Wait for {value} copies in {node} at a write",
        "Wait for a majority of {node} at a write",
    ),
    "deliveries": (
        "Let {node} give up a message after {value} tries",
        "Let {node} hand a message out until it is done",
    ),
}
"""For a value, and for none."""

LINK_CHOICES: Mapping[str, Mapping[object, str]] = {
    "carries": {
        "all": "Send everything from {source} to {target}",
        "read": "Send only reads from {source} to {target}",
        "write": "Send only writes from {source} to {target}",
        "failed": "Send what {source} gave up on to {target}",
    },
    "mode": {
        "sync": "Let {source} wait for {target}",
        "async": "Let {source} call {target} without waiting",
    },
    "on_miss": {
        True: "Let {source} call {target} only after a miss",
        False: "Let {source} call {target} whether or not a cache has it",
        None: "Let the drawing say when {source} calls {target}",
    },
    "fallback": {
        True: "Let {source} answer without {target} when it fails",
        False: "Let a request fail when {source} has no answer of {target}",
        None: "Let a request fail when {source} has no answer of {target}",
    },
    "retries": {
        0: "Let {source} try {target} only once",
        1: "Let {source} try {target} once more",
        None: "Let {source} try {target} only once",
    },
}

LINK_QUANTITIES: Mapping[str, tuple[str, str]] = {
    "share": (
        "Send {value} of the requests of {source} to {target}",
        "Let {source} send to {target} by load",
    ),
    "calls": (
        "Let {source} call {target} {value} times for each request",
        "Let {source} call {target} once for each request",
    ),
    "timeout": (
        "Let {source} wait at most {value} for {target}",
        "Let {source} wait for {target} however long it takes",
    ),
    "retries": ("Let {source} try {target} up to {value} times more", ""),
    "retry_budget": (
        "Let at most {value} of the calls from {source} to {target} be retries",
        "Let {source} try {target} again without a budget",
    ),
    "backoff": (
        "Let {source} wait {value} before it tries {target} again, and twice as long each time after",
        "Let {source} try {target} again at once",
    ),
    "hedge_after": (
        "Let {source} ask another machine of {target} after {value}",
        "Let {source} ask one machine of {target} at a time",
    ),
    "label": (
        "Write {value} on the arrow from {source} to {target}",
        "Take the words off the arrow from {source} to {target}",
    ),
}
"""For a value, and for none."""
