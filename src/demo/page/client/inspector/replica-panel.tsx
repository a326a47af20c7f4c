import { useState } from "preact/hooks";
import { useSession } from "../session.ts";
import type { ReplicaAct, ReplicaRow } from "../../inspector-types.ts";

const stateWords: Readonly<Record<ReplicaRow["state"], string>> = {
  starting: "starting",
  running: "running",
  frozen: "paused",
  stopping: "finishing its work",
  stopped: "stopped",
  killed: "killed",
};

const buttons: Readonly<Record<ReplicaRow["state"], readonly (readonly [ReplicaAct, string])[]>> = {
  starting: [],
  running: [
    ["kill", "Kill"],
    ["pause", "Pause"],
    ["restart", "Restart"],
  ],
  frozen: [
    ["resume", "Resume"],
    ["kill", "Kill"],
  ],
  stopping: [],
  stopped: [["start", "Start"]],
  killed: [["start", "Start"]],
};

const clock = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

/** The servers that share the database: kills, pauses and restarts them, and shows which one did what. */
export function ReplicaPanel() {
  const { inspectorData } = useSession();
  if (!inspectorData) return null;
  const { replicas } = inspectorData;
  const running = replicas.filter(({ state }) => state === "running").length;
  return (
    <>
      <p class="fine">
        {replicas.length === 0
          ? "The app is stopped. Start it under Faults."
          : `${running} of ${replicas.length} servers run on one PostgreSQL. Slack's requests go to each in turn. Kill one in the middle of a change: another one takes over.`}
      </p>
      {replicas.map((replica) => (
        <Replica key={replica.name} replica={replica} />
      ))}
    </>
  );
}

function Replica({ replica }: { readonly replica: ReplicaRow }) {
  const { act } = useSession();
  const [busy, setBusy] = useState<ReplicaAct>();
  const { name, pid, state, requests, did, startedAt } = replica;
  const carryOut = async (asked: ReplicaAct): Promise<void> => {
    setBusy(asked);
    await act("replica", { name, act: asked });
    setBusy(undefined);
  };
  return (
    <section class="replica" data-state={state} aria-label={`Replica ${name}`}>
      <header>
        <h3>
          Replica {name} <span class="replica-state">{stateWords[state]}</span>
        </h3>
        <div class="replica-buttons">
          {buttons[state].map(([id, label]) => (
            <button
              key={id}
              type="button"
              class="kit-button"
              data-style={id === "kill" ? "danger" : id === "start" ? "primary" : undefined}
              aria-label={`${label} replica ${name}`}
              aria-busy={busy === id}
              onClick={() => busy === undefined && void carryOut(id)}
            >
              {label}
            </button>
          ))}
        </div>
      </header>
      <p class="fine">
        process {pid}, since {clock.format(new Date(startedAt))}, {requests}{" "}
        {requests === 1 ? "request" : "requests"}
      </p>
      <ol>
        {did.map(({ at, text }, index) => (
          <li key={`${at} ${index}`}>
            <time dateTime={at}>{clock.format(new Date(at))}</time> {text}
          </li>
        ))}
      </ol>
    </section>
  );
}
