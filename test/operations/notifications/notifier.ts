import type { Notifier } from "../../../src/operations/notifications/notifier.ts";

/** A notifier for a test of one workflow: what the test does not give fails when it is called. */
export function fakeNotifier(given: Partial<Notifier>): Notifier {
  const unexpected = (method: keyof Notifier) => (): never => {
    throw new Error(`the test did not expect ${method}`);
  };
  return {
    announcement: unexpected("announcement"),
    approvalClosed: unexpected("approvalClosed"),
    approvalExecuted: unexpected("approvalExecuted"),
    approvalRequested: unexpected("approvalRequested"),
    changeSettled: unexpected("changeSettled"),
    brokeGlass: unexpected("brokeGlass"),
    changeNeverSent: unexpected("changeNeverSent"),
    deliver: unexpected("deliver"),
    driftFound: unexpected("driftFound"),
    firstCall: unexpected("firstCall"),
    followRun: unexpected("followRun"),
    outdatedMessages: unexpected("outdatedMessages"),
    planApprovalEnds: unexpected("planApprovalEnds"),
    planNotReady: unexpected("planNotReady"),
    refused: unexpected("refused"),
    runReminder: unexpected("runReminder"),
    temporaryChange: unexpected("temporaryChange"),
    alertsProposed: unexpected("alertsProposed"),
    alertsResolved: unexpected("alertsResolved"),
    fallbackReminder: unexpected("fallbackReminder"),
    webhookPaused: unexpected("webhookPaused"),
    ...given,
  };
}
