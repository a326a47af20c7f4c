import { useState } from "preact/hooks";
import { useSession } from "../session.ts";
import { JsonText } from "./json-text.tsx";
import { vendorTitle } from "./vendor-titles.ts";
import type { LoggedRequest } from "../../inspector-types.ts";

const filters = [
  { id: "all", label: "All", passes: () => true },
  { id: "app", label: "Slack → app", passes: ({ to }: LoggedRequest) => to === "app" },
  { id: "slack", label: "App → Slack", passes: ({ to }: LoggedRequest) => to === "slack" },
  {
    id: "vendors",
    label: "App → vendors",
    passes: ({ to }: LoggedRequest) => to !== "app" && to !== "slack",
  },
  { id: "trouble", label: "Trouble", passes: ({ good }: LoggedRequest) => !good },
];

/** Every request and its response, newest first. */
export function RequestList() {
  const { requests } = useSession();
  const [chosen, setChosen] = useState("all");
  const filter = filters.find(({ id }) => id === chosen);
  const shown = requests.filter((logged) => filter?.passes(logged) ?? true);
  return (
    <>
      <div class="chips" role="group" aria-label="Which requests">
        {filters.map(({ id, label }) => (
          <button key={id} type="button" aria-pressed={id === chosen} onClick={() => setChosen(id)}>
            {label}
          </button>
        ))}
      </div>
      <p class="fine">Newest first. Keys and tokens are masked.</p>
      {shown.length === 0 && <p class="nothing">Nothing so far.</p>}
      {shown.slice(0, 200).map((logged) => (
        <RequestRow key={logged.id} logged={logged} />
      ))}
    </>
  );
}

function RequestRow({ logged }: { readonly logged: LoggedRequest }) {
  const { boot } = useSession();
  const [open, setOpen] = useState(false);
  const { to, title, status, good, tookMs, atMs, request, answer } = logged;
  const at = new Date(atMs).toISOString().slice(11, 23);
  return (
    <details class="log-row" data-to={to} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <span class="log-row-way">
          {to === "app" ? "→ app" : `→ ${to === "slack" ? "Slack" : vendorTitle(boot, to)}`}
        </span>
        <span class="log-row-title">{title}</span>
        <span class={`badge ${good ? "" : "bad"}`}>{status || "…"}</span>
        <span class="log-row-time">
          {at}
          {tookMs === undefined ? "" : ` · ${Math.round(tookMs)} ms`}
        </span>
      </summary>
      {open && (
        <>
          <h3>Request</h3>
          <JsonText value={request} />
          <h3>Answer</h3>
          <JsonText value={answer} />
        </>
      )}
    </details>
  );
}
