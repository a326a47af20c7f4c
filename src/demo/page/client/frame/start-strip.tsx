import { useState } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { goToAlerts, looksAtAlerts, seesAlerts, useSendAlert } from "../send-alert.ts";
import { useSession } from "../session.ts";
import type { AlertAct, AlertRow } from "../../inspector-types.ts";

/** A next step for somebody who has read nothing. */
interface Step {
  readonly words: string;
  readonly label: string;
  readonly source: AlertRow["source"];
  /** What is sent; “show” sends nothing and goes to the channel of the alert. */
  readonly act: AlertAct | "show";
}

/** Leads into the demo: an alert comes, its channel is shown (again after a reload), and once its numbers are switched, it is resolved. */
export function StartStrip() {
  const session = useSession();
  const sendAlert = useSendAlert();
  const [dismissed, setDismissed] = useState<Step["act"]>();
  const [busy, setBusy] = useState(false);
  const step = nextStep(session);
  if (!step || step.act === dismissed) return null;
  const send = async (): Promise<void> => {
    if (step.act === "show") {
      goToAlerts(session);
      return;
    }
    setBusy(true);
    await sendAlert(step.source, step.act);
    setBusy(false);
  };
  return (
    <section class="start-strip" aria-label="Next step">
      <p>{step.words}</p>
      <button
        type="button"
        class="kit-button"
        data-style="primary"
        aria-busy={busy}
        onClick={() => !busy && void send()}
      >
        {step.label}
      </button>
      <button type="button" class="close" aria-label="Hide this" onClick={() => setDismissed(step.act)}>
        <Icon name="close" />
      </button>
    </section>
  );
}

function nextStep(session: ReturnType<typeof useSession>): Step | undefined {
  const { inspectorData, person } = session;
  if (!inspectorData || !seesAlerts(session) || !["operator", "admin"].includes(person.role))
    return undefined;
  const { alerts, audit } = inspectorData;
  if (alerts.every(({ last }) => last === undefined))
    return {
      words: "It is 03:00, and callers of 40 numbers hear silence.",
      label: "Send an alert",
      source: "pagerduty",
      act: "firing",
    };
  const firing = alerts.find(({ isFiring }) => isFiring);
  if (!firing) return undefined;
  const { source } = firing;
  // Not before: it would appear where the first button was.
  if (audit.some(({ kind }) => kind === "failover.held"))
    return { words: "The vendor has recovered.", label: "Resolve the alert", source, act: "resolved" };
  if (looksAtAlerts(session)) return undefined;
  return { words: "An alert waits for somebody in #voice-ops.", label: "Show it", source, act: "show" };
}
