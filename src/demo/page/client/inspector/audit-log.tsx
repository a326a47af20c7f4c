import { useState } from "preact/hooks";
import { useSession } from "../session.ts";
import { JsonText } from "./json-text.tsx";
import type { AuditLine } from "../../inspector-types.ts";

/** The live audit logs of both workspaces, newest first. In Slack, no workspace can see the other's. */
export function AuditLog() {
  const { inspectorData, boot } = useSession();
  const [workspaceId, setWorkspaceId] = useState("");
  const shown = (inspectorData?.audit ?? []).filter(
    (line) => !workspaceId || line.workspaceId === workspaceId,
  );
  return (
    <>
      <div class="chips" role="group" aria-label="Whose log">
        {[{ id: "", name: "Both" }, ...boot.workspaces].map(({ id, name }) => (
          <button key={id} type="button" aria-pressed={id === workspaceId} onClick={() => setWorkspaceId(id)}>
            {name}
          </button>
        ))}
      </div>
      {shown.length === 0 && <p class="nothing">Nothing is on record.</p>}
      {shown.map((line) => (
        <Line key={line.id} line={line} />
      ))}
    </>
  );
}

function Line({ line }: { readonly line: AuditLine }) {
  const [open, setOpen] = useState(false);
  const { sequence, at, kind, actor, about, what, outcome, entry } = line;
  const bad = outcome === "refused" || outcome === "unknown";
  return (
    <details class="log-row" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <span class="log-row-way">#{sequence}</span>
        <span class="log-row-title">
          {kind} {about}
        </span>
        {outcome && <span class={`badge ${bad ? "bad" : ""}`}>{outcome}</span>}
        <span class="log-row-time">
          {at.slice(11, 23)} · {actor}
          {what && ` · ${what}`}
        </span>
      </summary>
      {open && <JsonText value={entry} />}
    </details>
  );
}
