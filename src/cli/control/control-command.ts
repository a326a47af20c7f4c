import type { z } from "zod";
import type { Approval } from "../../domain/changes/approval.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { ExecutedApproval } from "../../operations/notifications/notifier.ts";
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
  /** Whether this process is a server, which is there after the command. */
  readonly isServer: boolean;
  /** See `WebhookSender.checkUrl`. */
  checkWebhookUrl(url: string): string;
  /** Asks the approvers in Slack. Without it, the next server asks them. */
  askApprovers?(ctx: Context, approval: Approval): void;
  /**
   * Does what was approved, and reports it in Slack: a change until its outcome, a run meanwhile. Asks the next approver if
   * another approval is wanted. Without it, this process is alone.
   */
  completeApproval?(ctx: Context, approval: Approval): Promise<ExecutedApproval | undefined>;
  /** Tells the person who asked in Slack that a request was declined. */
  approvalClosed?(ctx: Context, approval: Approval): void;
  /** Executes a run that has begun: in the server, meanwhile; in a process that is alone, until it halts. */
  carryOutRun(ctx: Context, run: Run): Promise<void>;
  /** Looks at once at a run whose state has changed. */
  checkRuns?(): void;
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
      if (!read.success) throw new Problem("invalid_input", faultText(read.error));
      return run(ctx, read.data, hooks);
    },
  };
}

/** What is wrong with what a person typed, in one line: an id of another form, a text that is too long. */
function faultText({ issues }: z.ZodError): string {
  const each = issues.map(({ path, message }) => [...path.slice(-1).map(String), message].join(": "));
  return `Patchbay cannot use this. ${each.join("; ")}.`;
}
