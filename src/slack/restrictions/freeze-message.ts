import type { Freeze } from "../../domain/numbers/freeze.ts";
import {
  actions,
  bold,
  button,
  context,
  cut,
  escape,
  type Message,
  message,
  section,
} from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { byWhom } from "../block-kit/freeze-text.ts";
import { freezeValue } from "../block-kit/key-values.ts";

const mostShown = 20;

/** A freeze in mrkdwn: what, who, since when, until when, why. */
export function freezeText(freeze: Freeze): string {
  return `:snowflake: ${bold(freeze.title)} ${freeze.title.startsWith("all ") ? "are" : "is"} frozen ${byWhom(freeze)}`;
}

/** The active freezes, each with an unfreeze button. */
export function freezeListMessage(freezes: readonly Freeze[]): Message {
  if (freezes.length === 0) {
    const words = "Nothing is frozen. `/number freeze Main line for 2h because …` freezes a number.";
    return message([section(words)], stripMrkdwn(words));
  }
  const shown = freezes.slice(0, mostShown);
  const more =
    freezes.length > shown.length
      ? [
          context(
            `And ${freezes.length - shown.length} more: \`/number unfreeze\` with a name or digits finds each of them.`,
          ),
        ]
      : [];
  return message(
    [...shown.map((freeze) => section(freezeText(freeze), liftButton(freeze))), ...more],
    stripMrkdwn(shown.map((freeze) => freezeText(freeze)).join("\n")),
  );
}

/** A new freeze, for the conversation. */
export function freezeSetMessage(freeze: Freeze): Message {
  const until =
    freeze.until === undefined ? "until it is unfrozen" : "until then, unless it is unfrozen before";
  const words = `${freezeText(freeze)}\nNobody can change it ${until}.`;
  return message([section(words), actions([liftButton(freeze)])], stripMrkdwn(words));
}

/** A freeze that was lifted, for the conversation. */
export function freezeLiftedMessage({ title, reason }: Freeze, by: string): Message {
  const words = `:white_check_mark: ${bold(title)} can be changed again: <@${by}> unfroze it (${escape(cut(reason, 300))}).`;
  return message([section(words)], stripMrkdwn(words));
}

function liftButton(freeze: Freeze) {
  return button("unfreeze", "Unfreeze", freezeValue.encode({ scope: freeze, setAt: freeze.at }));
}
