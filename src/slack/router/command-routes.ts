import type { Command } from "../listener/command.ts";
import { connect } from "../connections/connect-command.ts";
import { connections } from "../connections/connections-command.ts";
import { detach } from "../change/detach-command.ts";
import { edit } from "../change/edit-command.ts";
import { freeze } from "../restrictions/freeze-command.ts";
import { helpCommand } from "./help-command.ts";
import { history } from "../numbers/history-command.ts";
import { incident } from "../incident/incident-command.ts";
import { list } from "../numbers/list-command.ts";
import { protect } from "../restrictions/protect-command.ts";
import { reassign } from "../change/reassign-command.ts";
import { rename } from "../change/rename-command.ts";
import { reviews } from "../approval/reviews-command.ts";
import { settings } from "../settings/settings-command.ts";
import { show } from "../numbers/show-command.ts";
import { status } from "../status/status-command.ts";
import { undo } from "../restore/undo-command.ts";
import { unfreeze } from "../restrictions/unfreeze-command.ts";
import { unprotect } from "../restrictions/unprotect-command.ts";

/** Every verb of `/number`, in the order of help. */
export const commands: readonly Command[] = [
  helpCommand(() => commands),
  list,
  show,
  status,
  reassign,
  detach,
  rename,
  edit,
  undo,
  history,
  incident,
  freeze,
  unfreeze,
  protect,
  unprotect,
  reviews,
  connect,
  connections,
  settings,
];
