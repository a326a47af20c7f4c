import type { MessageAddress } from "../../domain/reply-target.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { ClickedView } from "../forms/text-modal.ts";

/** A message of ours in which somebody pressed a button, as Slack shows it. */
export interface PressedMessage {
  readonly address: MessageAddress;
  readonly message: Message;
}

/** A click, or a choice in a form that wants to hear of it. */
export interface ActionRequest {
  readonly at: RequestContext;
  /** The value of the button, or of the option that was chosen. */
  readonly value: string | undefined;
  /** The form in which it was; undefined in a message or on the App Home. */
  readonly view: ClickedView | undefined;
  /** The message in which it was, where it can be updated by its address. */
  readonly pressed?: PressedMessage | undefined;
}

/** What a click does. */
export type ActionHandler = (clicked: ActionRequest) => Promise<void>;
