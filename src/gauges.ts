import type { Infrastructure } from "./infrastructure.ts";

/**
 * Registers gauges for waiting work, unknown outcomes and vendors that do not respond. They are read at every scrape.
 */
export function registerGauges(
  { accounts, clock, log, metrics, store }: Infrastructure,
  openSockets: () => number | undefined,
): void {
  const watch = (
    name: string,
    help: string,
    read: () => Promise<number | undefined> | number | undefined,
  ): void =>
    metrics.watch({
      name,
      help,
      read: async () => {
        const value = await read();
        return value === undefined ? [] : [{ value }];
      },
      onUnread: (err) => log.warn({ metric: name, err }, "metric not read"),
    });
  watch("patchbay_outbox_length", "Undelivered messages that Slack has not accepted yet.", async () =>
    store.outbox.length(),
  );
  watch(
    "patchbay_unsettled_changes",
    "Changes on record without an outcome, or with an unknown one.",
    async () => store.unsettledCount(),
  );
  watch(
    "patchbay_sockets_open",
    "Sockets to Slack that can receive: two, or one beside other replicas.",
    openSockets,
  );
  watch("patchbay_clock_offset_seconds", "How far our clock is ahead of the servers that were asked.", () => {
    const offsetMs = clock.offsetMs();
    return offsetMs === undefined ? undefined : offsetMs / 1000;
  });
  metrics.watch({
    name: "patchbay_plan_ready",
    help: "1 while a failover plan was ready at its last check or drill, else 0.",
    labelNames: ["workspace", "plan"],
    read: async () =>
      (await store.readyPlans()).map(({ workspaceId: workspace, slug: plan, isReady }) => ({
        value: isReady ? 1 : 0,
        labels: { workspace, plan },
      })),
    onUnread: (err) => log.warn({ metric: "patchbay_plan_ready", err }, "metric not read"),
  });
  metrics.watch({
    name: "patchbay_breaker_open",
    help: "1 while a connection's lists keep failing and are asked for less often, else 0.",
    labelNames: ["vendor", "connection"],
    read: () =>
      accounts.troubles().map(({ vendor, connectionId, trouble: outage }) => ({
        value: outage ? 1 : 0,
        labels: { vendor, connection: connectionId },
      })),
    onUnread: (err) => log.warn({ metric: "patchbay_breaker_open", err }, "metric not read"),
  });
}
