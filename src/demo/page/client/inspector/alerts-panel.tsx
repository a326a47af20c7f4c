import { useState } from "preact/hooks";
import { useSession } from "../session.ts";
import type { AlertAct, AlertRow } from "../../inspector-types.ts";

const sources: Readonly<Record<AlertRow["source"], readonly [title: string, proof: string]>> = {
  pagerduty: ["PagerDuty", "signs the body: X-PagerDuty-Signature"],
  rootly: ["Rootly", "signs the time and the body: X-Rootly-Signature"],
  grafana: ["Grafana or Alertmanager", "sends its secret: Authorization: Bearer"],
  standard: ["incident.io", "signs after Standard Webhooks: webhook-signature"],
};

const words: Readonly<Record<AlertAct, string>> = {
  firing: "The alert",
  resolved: "“Resolved”",
  storm: "The storm",
  forged: "The forged alert",
};

/** Sends alerts to Patchbay as PagerDuty and others do. What comes of them is a message in the channel. */
export function AlertsPanel({ onLeave }: { onLeave(): void }) {
  const { inspectorData, goTo } = useSession();
  if (!inspectorData) return null;
  return (
    <>
      <p class="fine">
        An alert becomes a message in #voice-ops, never a change: a person presses. Each source has its own
        address and secret, see <code>/number hooks</code> as Ada.
      </p>
      <p class="fine">
        <button
          type="button"
          class="kit-button"
          onClick={() => {
            goTo("C0VOICE01");
            onLeave();
          }}
        >
          Go to #voice-ops
        </button>
      </p>
      {inspectorData.alerts.map((row) => (
        <Source key={row.source} row={row} />
      ))}
    </>
  );
}

function Source({ row: { source, isFiring, last } }: { readonly row: AlertRow }) {
  const { act } = useSession();
  const [busy, setBusy] = useState<AlertAct>();
  const [title, proof] = sources[source];
  const send = async (asked: AlertAct): Promise<void> => {
    setBusy(asked);
    await act("alert", { source, act: asked });
    setBusy(undefined);
  };
  const button = (asked: AlertAct, label: string, style?: "primary") => (
    <button
      type="button"
      class="kit-button"
      data-style={style}
      aria-label={`${label}: ${title}`}
      aria-busy={busy === asked}
      onClick={() => busy === undefined && void send(asked)}
    >
      {label}
    </button>
  );
  return (
    <section class="replica" aria-label={title}>
      <header>
        <h3>
          {title} <span class="replica-state">{isFiring ? "firing" : "quiet"}</span>
        </h3>
        <div class="replica-buttons">
          {button("firing", isFiring ? "Repeat" : "Alert", isFiring ? undefined : "primary")}
          {source === "grafana" && button("storm", "200 at once")}
          {isFiring && button("resolved", "Resolve", "primary")}
          {button("forged", "Forge")}
        </div>
      </header>
      <p class="fine">{proof}</p>
      <p class="fine" role="status">
        {last && `${words[last.act]} was answered ${last.status}.`}
      </p>
    </section>
  );
}
