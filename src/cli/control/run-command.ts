import { isInUse } from "../../domain/ports/database-in-use.ts";
import { namedPeople } from "../../operations/access/named-people.ts";
import type { CliDeps, CliInfrastructure } from "../cli-context.ts";
import { answerRequest } from "./answer-request.ts";
import { carryOutAlone, type AloneRun } from "../runs/carry-out-alone.ts";
import { AnswerLostError, askServer, blockedSocket, type ServerAnswer } from "./control-client.ts";
import type { ControlCommand } from "./control-command.ts";
import { controlAnswer, problemOfAnswer, type ControlRequest } from "./control-protocol.ts";

/** For whom and where a command runs. */
export interface CommandOptions {
  readonly workspace?: string | undefined;
  readonly as?: string | undefined;
  /** For a command that must not be sent again after a server was lost, because it may have worked. */
  readonly isSentOnce?: boolean | undefined;
  /** How a run is carried out, if no server runs. */
  readonly alone?: AloneRun | undefined;
}

const unseen: AloneRun = { progressed: () => undefined, stopping: new AbortController().signal };

/** How often and how long to wait for a server that starts, or for another command that works on its own. */
const attempts = 50;
const pauseMs = 200;

/**
 * Runs a command in the running server, or here if none runs. Throws the Problem of a refused command, AnswerLostError
 * if nobody knows how far it came, and ordinary errors with a readable message.
 */
export async function runCommand<Input, Output>(
  deps: CliDeps,
  command: ControlCommand<Input, Output>,
  input: Input,
  { workspace, as, isSentOnce = false, alone = unseen }: CommandOptions,
): Promise<Output> {
  const request = { command: command.name, workspace, as, osUser: deps.osUser(), input };
  const answer = await askAnywhere(deps, request, isSentOnce, alone);
  switch (answer.kind) {
    case "answer": {
      const read = command.output.safeParse(answer.answer);
      if (read.success) return read.data;
      throw new AnswerLostError("unreadable", { cause: read.error, more: "Restart the server" });
    }
    case "problem":
      throw problemOfAnswer(answer.problem);
    case "bug":
      throw new AnswerLostError("failed", { more: `The server's log has the details: ${answer.id}` });
    case "not_understood":
      throw new Error(`There is no command ${command.name}`);
  }
}

async function askAnywhere(
  deps: CliDeps,
  request: ControlRequest,
  isSentOnce: boolean,
  alone: AloneRun,
): Promise<ServerAnswer> {
  const { control, version } = deps;
  for (let attempt = 1; ; attempt += 1) {
    const socket = control.socket();
    try {
      const answer = socket && (await askServer(socket, request, version));
      if (answer) return answer;
      const infra = await control.openAlone();
      return await (isSentOnce
        ? orLost(answerAlone(infra, request, alone))
        : answerAlone(infra, request, alone));
    } catch (error) {
      // The server ended, or a server or another command has just begun: look again.
      const isServerGone = error instanceof AnswerLostError && error.how === "ended";
      const isWorthAnother = isInUse(error) || (isServerGone && !isSentOnce);
      const isLast = attempt >= attempts || !isWorthAnother;
      if (isLast) throw (isInUse(error) && socket && blockedSocket(socket)) || error;
      await control.pause(pauseMs);
    }
  }
}

/** A bug in the middle of a command leaves open how far it came. */
async function orLost(answering: Promise<ServerAnswer>): Promise<ServerAnswer> {
  try {
    return await answering;
  } catch (cause) {
    throw new AnswerLostError("failed", { cause });
  }
}

async function answerAlone(
  infra: CliInfrastructure,
  request: ControlRequest,
  alone: AloneRun,
): Promise<ServerAnswer> {
  try {
    const answer = await answerRequest(
      {
        store: infra.store,
        isServer: false,
        carryOutRun: async (ctx, run) => carryOutAlone(infra.store, ctx, run, alone),
        newId: (prefix) => infra.newId(prefix),
        checkWebhookUrl: (url) => infra.webhookSender.checkUrl(url),
        contextFor: async (workspaceId, actor, requestId) =>
          infra.contextFor(workspaceId, actor, {
            requestId,
            authorizer: namedPeople(infra.store.workspace(workspaceId).settings),
          }),
      },
      request,
    );
    return controlAnswer.parse(answer);
  } finally {
    await infra.close();
  }
}
