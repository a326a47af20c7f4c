import { useState } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { Tabs } from "../frame/tabs.tsx";
import { AlertsPanel } from "./alerts-panel.tsx";
import { AuditLog } from "./audit-log.tsx";
import { FaultSwitches } from "./fault-switches.tsx";
import { NumberTable } from "./number-table.tsx";
import { ReplicaPanel } from "./replica-panel.tsx";
import { RequestList } from "./request-list.tsx";
import { useSession } from "../session.ts";

const tabs = [
  { id: "requests", label: "Requests" },
  { id: "numbers", label: "Vendors" },
  { id: "faults", label: "Faults" },
  { id: "alerts", label: "Alerts" },
  { id: "audit", label: "Audit log" },
] as const;
const replicas = { id: "replicas", label: "Replicas" } as const;
type TabId = (typeof tabs)[number]["id"] | typeof replicas.id;

/** The inspector: requests and responses, the vendors' state, faults, alerts, the audit log. */
export function Inspector({ onClose }: { onClose(): void }) {
  const [tab, setTab] = useState<TabId>("requests");
  const { boot } = useSession();
  const shown = boot.hasReplicas ? [replicas, ...tabs] : tabs;
  /** On a phone the inspector covers what somebody goes to. */
  const leaveIfCovering = (): void => {
    if (matchMedia("(max-width: 760px)").matches) onClose();
  };
  return (
    <aside
      class="inspector"
      data-region="inspector"
      aria-label="Inspector"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <header class="inspector-head">
        <h2>Inspector</h2>
        <button type="button" class="close" aria-label="Close the inspector" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <Tabs label="Inspector" tabs={shown} chosen={tab} choose={(id) => setTab(id)} />
      <div class="inspector-body" role="tabpanel" aria-label={shown.find(({ id }) => id === tab)?.label}>
        {tab === "replicas" && <ReplicaPanel />}
        {tab === "requests" && <RequestList />}
        {tab === "numbers" && <NumberTable />}
        {tab === "faults" && <FaultSwitches />}
        {tab === "alerts" && <AlertsPanel onLeave={leaveIfCovering} />}
        {tab === "audit" && <AuditLog />}
      </div>
    </aside>
  );
}
