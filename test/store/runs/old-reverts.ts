const step = (numberId: string, verdict: string): string =>
  JSON.stringify({
    key: { connectionId: "con_1", numberId },
    connection: "prod",
    vendor: "cartesia",
    undoes: "chg_0",
    changeId: `chg_${numberId}`,
    change: { kind: "reassign", agentId: "agent_a" },
    first: { agent: "agent_a" },
    last: { agent: "agent_b" },
    now: { agent: "agent_b" },
    labels: {},
    verdict: { kind: verdict },
  });

/** Reverts as a Patchbay without runs stored them: one that is shown, one that runs, and one that is done. */
export const oldRevertsSql = `
INSERT INTO reverts VALUES
  ('T1', 'rev_new', 'INC-1', '{"userId":"U1"}', '2026-01-01T02:00:00.000Z', 'shown'),
  ('T1', 'rev_1', 'INC-1', '{"userId":"U1","channelId":"C1"}', '2026-01-01T03:00:00.000Z', 'running'),
  ('T1', 'rev_2', 'INC-2', '{"userId":"U1"}', '2026-01-01T03:00:00.000Z', 'done');
INSERT INTO revert_steps VALUES
  ('T1', 'rev_1', 0, '${step("pn_1", "will_revert")}', '{"outcome":"applied"}'),
  ('T1', 'rev_1', 1, '${step("pn_2", "will_revert")}', NULL),
  ('T1', 'rev_1', 2, '${step("pn_3", "already_so")}', NULL);
INSERT INTO work_items VALUES ('revert', 'T1', 'rev_1', '', 0, 1, NULL, NULL, 0);
`;

/** What became of the one that runs. */
export const migratedRun = {
  kind: "revert",
  state: "running",
  incident: "INC-1",
  by: { userId: "U1", channelId: "C1" },
  startedAt: "2026-01-01T03:00:00.000Z",
  terms: { tiers: [{ name: "all" }] },
  steps: [
    { tier: 0, undoes: "chg_0", result: { outcome: "applied" } },
    { tier: 0, changeId: "chg_pn_2", verdict: { kind: "will_revert" } },
    { verdict: { kind: "already_so" } },
  ],
};
