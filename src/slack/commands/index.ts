import type { Command } from "./command.ts";
import { connect } from "./connect.ts";
import { connections } from "./connections.ts";
import { detach } from "./detach.ts";
import { edit } from "./edit.ts";
import { freeze } from "./freeze.ts";
import { helpCommand } from "./help.ts";
import { history } from "./history.ts";
import { incident } from "./incident.ts";
import { list } from "./list.ts";
import { protect } from "./protect.ts";
import { reassign } from "./reassign.ts";
import { rename } from "./rename.ts";
import { reviews } from "./reviews.ts";
import { settings } from "./settings.ts";
import { show } from "./show.ts";
import { status } from "./status.ts";
import { undo } from "./undo.ts";
import { unfreeze } from "./unfreeze.ts";
import { unprotect } from "./unprotect.ts";

/** Every verb of `/number`, in the order in which help shows them. */
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
