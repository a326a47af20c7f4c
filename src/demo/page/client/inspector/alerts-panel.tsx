import { useState } from "preact/hooks";
import { useSendAlert } from "../send-alert.ts";
import { useSession } from "../session.ts";
import type { AlertAct, AlertRow } from "../../inspector-types.ts";

const sources: Readonly<Record<AlertRow["source"], readonly [title: string, proof: string]>> = {
  pagerduty: ["PagerDuty", "signs the body: X-PagerDuty-Signature"],
  rootly: ["Rootly", "signs the time and the body: X-Rootly-Signature"],
  grafana: ["Grafana or Alertmanager", "sends its secret: Authorization: Bearer"],
  standard: ["incident.io", "signs according to Standard Webhooks: webhook-signature"],
};

const words: Readonly<Record<AlertAct, string>> = {
  firing: "The alert",
  resolved: "“Resolved”",
  storm: "The storm",
  forged: "The forged alert",
};

/** Sends alerts to Patchbay as PagerDuty and others do. What comes of them is a message in the channel, which is then shown. */
export function AlertsPanel({ onLeave }: { onLeave(): void }) {
  const { inspectorData } = useSession();
  if (!inspectorData) return null;
  return (
    <>
      <p class="fine">
        An alert becomes a message in #voice-ops, never a change: a person presses. Each source has its own
        address and secret, see <code>/number hooks</code> as Ada.
      </p>
      {inspectorData.alerts.map((row) => (
        <Source key={row.source} row={row} onLeave={onLeave} />
      ))}
    </>
  );
}

function Source({ row: { source, isFiring, last }, onLeave }: { readonly row: AlertRow; onLeave(): void }) {
  const sendAlert = useSendAlert();
  const [busy, setBusy] = useState<AlertAct>();
  const [title, proof] = sources[source];
  const send = async (asked: AlertAct): Promise<void> => {
    setBusy(asked);
    await sendAlert(source, asked);
    setBusy(undefined);
    if (asked !== "forged") onLeave();
  };
  // Each stays in its place, so that a second press does not hit another one.
  const button = (asked: AlertAct, label: string, isPossible = true) => (
    <button
      type="button"
      class="kit-button"
      data-style={asked === "firing" ? "primary" : undefined}
      disabled={!isPossible}
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
          {button("firing", "Alert")}
          {source === "grafana" && button("storm", "200 at once")}
          {button("forged", "Forge")}
          {button("resolved", "Resolve", isFiring)}
        </div>
      </header>
      <p class="fine">{proof}</p>
      <p class="fine" role="status">
        {last && `${words[last.act]} was answered ${last.status}.`}
      </p>
    </section>
  );
}
