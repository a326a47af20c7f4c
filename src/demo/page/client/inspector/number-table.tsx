import { useState } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { useSession } from "../session.ts";
import { vendorTitle } from "./vendor-titles.ts";
import type { AccountTable, NumberRow } from "../../inspector-types.ts";

/** The vendors' numbers as in their own dashboards. An edit here is made outside the app. */
export function NumberTable() {
  const { inspectorData, boot } = useSession();
  const accounts = inspectorData?.accounts ?? [];
  const [chosen, setChosen] = useState("");
  const [filter, setFilter] = useState("");
  const account = accounts.find(({ id }) => id === chosen) ?? accounts[0];
  if (!account) return <p class="nothing">No accounts.</p>;
  const wanted = filter.toLowerCase().replace(/[^\p{L}\p{N} ]/gu, "");
  const shown = account.numbers.filter(({ name, e164 }) =>
    `${name ?? ""} ${e164}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <p class="fine">
        Somebody changes a number in the vendor's dashboard: edit it here, and the app is not told.
      </p>
      <div class="table-tools">
        <label>
          Account
          <select value={account.id} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
            {accounts.map(({ id, vendor, owner, numbers }) => (
              <option key={id} value={id}>
                {vendorTitle(boot, vendor)} · {owner} ({numbers.length})
              </option>
            ))}
          </select>
        </label>
        <label>
          Filter
          <input value={filter} onInput={({ currentTarget }) => setFilter(currentTarget.value)} />
        </label>
      </div>
      <p class="fine">
        API key: <code class="key">{account.key}</code>
        {account.owner === "nobody yet" && " (connect it with /number connect, as an admin)"}
      </p>
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Number</th>
            <th scope="col">Name</th>
            <th scope="col">Agent</th>
            <th scope="col">
              <span class="unseen">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <Row key={row.id} account={account} row={row} />
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p class="nothing">No number is like that.</p>}
    </>
  );
}

function Row({ account, row }: { readonly account: AccountTable; readonly row: NumberRow }) {
  const { act } = useSession();
  const { vendor, agents } = account;
  const { id: numberId, e164, name, agentId } = row;
  const edit = (change: object) => void act("dashboard", { vendor, numberId, ...change });
  return (
    <tr data-number={e164}>
      <th scope="row">{e164}</th>
      <td>
        <input
          // A new key resets the input when the name changes elsewhere.
          key={name ?? ""}
          defaultValue={name ?? ""}
          aria-label={`Name of ${e164}`}
          placeholder="no name"
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
          onBlur={({ currentTarget: { value } }) => value !== (name ?? "") && edit({ name: value })}
        />
      </td>
      <td>
        <select
          value={agentId ?? ""}
          aria-label={`Agent of ${e164}`}
          onChange={({ currentTarget: { value } }) => edit({ agentId: value === "" ? null : value })}
        >
          <option value="">nobody</option>
          {agents.map((agent) => (
            <option key={agent.id} value={agent.id}>
              {agent.name}
              {agent.assignable ? "" : " (cannot answer)"}
            </option>
          ))}
        </select>
      </td>
      <td>
        <button
          type="button"
          class="close"
          aria-label={`Remove ${e164}`}
          onClick={() => edit({ remove: true })}
        >
          <Icon name="close" />
        </button>
      </td>
    </tr>
  );
}
