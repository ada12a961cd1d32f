import type { JSX } from "react";
import { renameArea } from "../../model/areas";
import { GROUP_COLOR } from "../../model/colors";
import { MAX_LABEL } from "../../model/document";
import { setRegion, updateZone } from "../../model/edits";
import { updateGroup } from "../../model/groups";
import { NOTHING } from "../../model/selection";
import type { Group, Zone } from "../../model/types";
import { residentsOf } from "../../model/zones";
import { strings } from "../../strings";
import { ActionButton } from "../ActionButton";
import { useBoard, useBoardState } from "../context";
import { Icon } from "../Icon";
import { Section, TextField } from "./fields";
import { Swatches } from "./Swatches";

const words = strings.zoning;
const MAX_REGION = 40;

/** A zone: its name, its region, and what stands in it. */
export function ZoneForm({ zone }: { readonly zone: Zone }): JSX.Element {
  const board = useBoard();
  const residents = useBoardState(({ design }) => residentsOf(design, zone.id).length);
  return (
    <>
      <TextField
        label={words.rename}
        testId="inspector-zone-name"
        value={zone.name ?? ""}
        placeholder={zone.id}
        maxLength={MAX_LABEL}
        commit={(text) => {
          renameArea(board, { kind: "zone", id: zone.id }, text);
        }}
      />
      <TextField
        label={words.regionLabel}
        testId="inspector-zone-region"
        value={zone.region}
        maxLength={MAX_REGION}
        commit={(text) => {
          board.edit(setRegion(board.state.design, zone.id, text));
        }}
      />
      <Section title={strings.zones.columns.nodes} hint={words.residents(residents)}>
        {residents > 0 && (
          <p className="wb-links">
            <button
              type="button"
              className="wb-link"
              data-testid="zone-select-residents"
              onClick={() => {
                board.select({ ...NOTHING, nodes: residentsOf(board.state.design, zone.id).map((node) => node.id) });
              }}
            >
              {words.selectResidents}
            </button>
            {zone.frame !== null && (
              <button
                type="button"
                className="wb-link"
                data-testid="zone-shrink"
                onClick={() => {
                  board.edit(updateZone(board.state.design, zone.id, { frame: null }));
                }}
              >
                {words.shrink}
              </button>
            )}
          </p>
        )}
      </Section>
    </>
  );
}

export const ZoneHeader = (): JSX.Element => (
  <>
    <span className="wb-tile wb-tile-icon">
      <Icon name="zones" />
    </span>
    <h2>{words.zone}</h2>
  </>
);

/** A group: its name and its colour. */
export function GroupForm({ group }: { readonly group: Group }): JSX.Element {
  const board = useBoard();
  return (
    <>
      <TextField
        label={words.rename}
        testId="inspector-group-name"
        value={group.name ?? ""}
        placeholder={words.group}
        maxLength={MAX_LABEL}
        commit={(text) => {
          renameArea(board, { kind: "group", id: group.id }, text);
        }}
      />
      <Swatches
        value={group.color ?? GROUP_COLOR}
        commit={(color) => {
          board.edit(updateGroup(board.state.design, group.id, { color: color === GROUP_COLOR ? null : color }));
        }}
      />
    </>
  );
}

/** What can be done with several nodes beside lining them up. */
export function Together(): JSX.Element {
  const grouped = useBoardState(({ design, selection }) =>
    design.groups.some((group) => group.nodes.some((id) => selection.nodes.includes(id))),
  );
  return (
    <div className="wb-together">
      <ActionButton action="tidy" icon="tidy" labelled />
      <ActionButton action="group" icon="group" labelled />
      {grouped && <ActionButton action="ungroup" icon="ungroup" labelled />}
      <ActionButton action="zone-around" icon="zone" labelled />
      <ActionButton action="spread" icon="spread" labelled />
      <ActionButton action="pin" icon="pin" labelled />
    </div>
  );
}
