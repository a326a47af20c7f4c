import type { MessageAddress } from "../../domain/notifications/reply-target.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { ClickedView } from "../forms/text-modal.ts";

/** One of our messages, as Slack sends it with a click on its button. */
export interface PressedMessage {
  readonly address: MessageAddress;
  readonly message: Message;
}

/** A click on a button, or a choice in a form that is sent at once. */
export interface ActionRequest {
  readonly at: RequestContext;
  /** The value of the button or the chosen option. */
  readonly value: string | undefined;
  /** The form with the button; undefined in a message or on the App Home. */
  readonly view: ClickedView | undefined;
  /** The message with the button, if it can be updated by its address. */
  readonly pressed?: PressedMessage | undefined;
}

export type ActionHandler = (clicked: ActionRequest) => Promise<void>;
