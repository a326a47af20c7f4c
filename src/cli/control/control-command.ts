import { z } from "zod";
import type { ChangeApproval } from "../../domain/changes/approval.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Context } from "../../operations/shared/context.ts";

/** A command that runs where the database is: in the server, or in this process if no server runs. */
export interface ControlCommand<Input, Output> extends RunnableCommand {
  /** The documented form of what is asked and answered, which is what `--json` prints. */
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
}

/** A command as a request names it. */
export interface RunnableCommand {
  /** Such as `number.list`. */
  readonly name: string;
  /** Throws invalid_input for an input of another form, and what the command throws. */
  run(ctx: Context, input: unknown, hooks: CommandHooks): Promise<unknown>;
}

/** What the process does besides, in which a command runs. */
export interface CommandHooks {
  /** Asks the approvers in Slack. Without it, the next server asks them. */
  askApprovers?(ctx: Context, approval: ChangeApproval): void;
  /** See `WebhookSender.checkUrl`. */
  checkWebhookUrl(url: string): string;
}

/** Makes a command of what it does, and the forms of its input and output. */
export function controlCommand<Input, Output>({
  name,
  input,
  output,
  run,
}: {
  readonly name: string;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  run(ctx: Context, input: Input, hooks: CommandHooks): Promise<Output>;
}): ControlCommand<Input, Output> {
  return {
    name,
    input,
    output,
    run: async (ctx, given, hooks) => {
      const read = input.safeParse(given);
      if (!read.success)
        throw new Problem(
          "invalid_input",
          `${name} does not understand this: ${z.prettifyError(read.error)}`,
        );
      return run(ctx, read.data, hooks);
    },
  };
}
