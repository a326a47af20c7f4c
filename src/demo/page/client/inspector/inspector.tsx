import { useState } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { Tabs } from "../tabs.tsx";
import { AuditLog } from "./audit-log.tsx";
import { FaultSwitches } from "./fault-switches.tsx";
import { NumberTable } from "./number-table.tsx";
import { WireList } from "./wire-list.tsx";

const tabs = [
  { id: "wires", label: "Wires" },
  { id: "numbers", label: "Vendors" },
  { id: "faults", label: "Faults" },
  { id: "audit", label: "Audit log" },
] as const;

/** The inspector: requests and responses, the vendors' state, faults, the audit log. */
export function Inspector({ onClose }: { onClose(): void }) {
  const [tab, setTab] = useState<(typeof tabs)[number]["id"]>("wires");
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
      <Tabs label="Inspector" tabs={tabs} chosen={tab} choose={(id) => setTab(id)} />
      <div class="inspector-body" role="tabpanel" aria-label={tabs.find(({ id }) => id === tab)?.label}>
        {tab === "wires" && <WireList />}
        {tab === "numbers" && <NumberTable />}
        {tab === "faults" && <FaultSwitches />}
        {tab === "audit" && <AuditLog />}
      </div>
    </aside>
  );
}
