import { beginRoutesRun, previewRoutesRun } from "../routes/apply-routes.ts";
import { hookAdd, hookList, hookRemove, hookSecret } from "../hooks/hook-commands.ts";
import {
  webhookAdd,
  webhookFilter,
  webhookList,
  webhookRemove,
  webhookResume,
  webhookRotate,
} from "../webhooks/webhook-commands.ts";
import { readAllRoutes } from "../routes/export-routes.ts";
import { previewRoutes } from "../routes/plan-routes.ts";
import {
  approveRequest,
  declineRequest,
  listApprovals,
  previewApproval,
  withdrawRequest,
} from "../approvals/approval-commands.ts";
import { changeOutcome } from "../changes/change-outcome.ts";
import { makeChange } from "../changes/make-change.ts";
import { previewChange } from "../changes/preview-change.ts";
import { previewUndo } from "../changes/preview-undo.ts";
import {
  beginIncident,
  beginRevert,
  closeIncident,
  listIncidents,
  previewRevert,
  showIncidentPage,
} from "../incidents/incident-commands.ts";
import {
  beginFailover,
  beginFailBack,
  previewFailover,
  previewFailBack,
} from "../failover/failover-commands.ts";
import {
  drillFailover,
  previewRemoval,
  removeFailover,
  showPlans,
  steerFailover,
} from "../failover/plan-commands.ts";
import { checkPlanFile, exportPlan, importPlan } from "../failover/plan-file-commands.ts";
import { showLiveRuns } from "../failover/status-commands.ts";
import { listAgents } from "../numbers/list-agents.ts";
import { listNumbers } from "../numbers/list-numbers.ts";
import { showHistory } from "../numbers/number-history.ts";
import { changeRunbook } from "../numbers/change-runbook.ts";
import { showStatus } from "../numbers/number-status.ts";
import { showNumber } from "../numbers/show-number.ts";
import { tokenList, tokenMake, tokenRevoke } from "../tokens/token-commands.ts";
import { freezeTarget, previewFreeze, showFreezes, unfreezeTarget } from "../restrictions/freeze-commands.ts";
import { showRun } from "../runs/run-commands.ts";
import type { RunnableCommand } from "./control-command.ts";

const commands: readonly RunnableCommand[] = [
  listNumbers,
  showNumber,
  listAgents,
  showHistory,
  showStatus,
  previewChange,
  previewUndo,
  makeChange,
  changeOutcome,
  readAllRoutes,
  previewRoutes,
  previewRoutesRun,
  beginRoutesRun,
  webhookList,
  webhookAdd,
  webhookFilter,
  webhookRotate,
  webhookRemove,
  webhookResume,
  hookList,
  hookAdd,
  hookSecret,
  hookRemove,
  tokenList,
  tokenMake,
  tokenRevoke,
  showFreezes,
  previewFreeze,
  freezeTarget,
  unfreezeTarget,
  listApprovals,
  previewApproval,
  approveRequest,
  declineRequest,
  withdrawRequest,
  showRun,
  listIncidents,
  showIncidentPage,
  beginIncident,
  closeIncident,
  previewRevert,
  beginRevert,
  previewFailover,
  previewFailBack,
  beginFailover,
  beginFailBack,
  showPlans,
  drillFailover,
  steerFailover,
  previewRemoval,
  removeFailover,
  checkPlanFile,
  importPlan,
  exportPlan,
  showLiveRuns,
  changeRunbook,
];

/** Every command that the server runs for the command line, by the name in its requests. */
export const controlCommands: ReadonlyMap<string, RunnableCommand> = new Map(
  commands.map((command) => [command.name, command]),
);
