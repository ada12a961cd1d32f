import random
import subprocess
import sys
import threading

import pytest

from designer.errors import RenderError
from designer.export.graphviz import Engine, EnginePool

SMALL = "digraph { one -> two }"


def tangle(nodes: int = 200, arrows: int = 1200) -> str:
    """A graph whose curves take Graphviz minutes."""
    chance = random.Random(7)
    lines = (f"n{chance.randrange(nodes)} -> n{chance.randrange(nodes)};" for _ in range(arrows))
    return "digraph { splines=spline; " + "".join(lines) + "}"


def test_an_engine_lays_out() -> None:
    engine = Engine()
    try:
        assert engine.lay_out(SMALL, (), 5).count('class="node"') == 2
        assert engine.version.split(".")[0].isdigit()
    finally:
        engine.close()


def test_a_slow_layout_is_stopped_and_the_next_one_works() -> None:
    pool = EnginePool(1)
    try:
        with pytest.raises(RenderError, match=r"longer than 0\.3 s"):
            pool.lay_out(tangle(), (), limit=0.3)
        assert "one" in pool.lay_out(SMALL, ())
    finally:
        pool.close()


def test_refused_text_is_an_error_and_the_next_one_works() -> None:
    pool = EnginePool(1)
    try:
        with pytest.raises(RenderError, match="syntax error"):
            pool.lay_out("digraph { [", ())
        assert "one" in pool.lay_out(SMALL, ())
    finally:
        pool.close()


def test_nobody_waits_for_ever_for_a_free_engine() -> None:
    with pytest.raises(RenderError, match="too many pictures"):
        EnginePool(0).lay_out(SMALL, (), limit=0.01)


def test_a_layout_at_work_does_not_hold_up_another() -> None:
    pool = EnginePool(2)
    try:
        with pool._engine(5):
            assert "one" in pool.lay_out(SMALL, ())
            with pool._engine(5), pytest.raises(RenderError, match="too many pictures"):
                pool.lay_out(SMALL, (), limit=0.01)
        assert "one" in pool.lay_out(SMALL, ())
    finally:
        pool.close()


def test_one_engine_serves_many_threads_in_turn() -> None:
    pool = EnginePool(1)
    made: list[str] = []
    threads = [
        threading.Thread(target=lambda at=at: made.append(pool.lay_out(f"digraph {{ n{at} }}", ())))
        for at in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pool.close()
    assert sorted(at for at in range(8) for text in made if f"<title>n{at}</title>" in text) == list(range(8))


def test_it_works_inside_a_running_event_loop_and_the_interpreter_ends_cleanly() -> None:
    program = f"""
import asyncio
from designer.errors import RenderError
from designer.export.graphviz import POOL

async def main():
    print(POOL.lay_out({SMALL!r}, ()).count("class=\\"node\\""))
    try:
        POOL.lay_out({tangle()!r}, (), limit=0.3)
    except RenderError as error:
        print(error)
    POOL.lay_out({SMALL!r}, ())

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2\nthe picture took longer than 0.3 s")
