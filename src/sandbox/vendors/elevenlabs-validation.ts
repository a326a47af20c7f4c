import { isRecord, type Account, type Body, type Reply, type Stored } from "./fake.ts";

/** One entry of ElevenLabs' 422 `detail` list. */
interface Mistake {
  readonly loc: readonly string[];
  readonly msg: string;
  readonly type: string;
}

/** An error as ElevenLabs words it: a list of mistakes, a status with a message, or only a message. */
export function problem(status: number, detail: string | readonly Mistake[], word?: string): Reply {
  const said = typeof detail === "string" && word !== undefined ? { status: word, message: detail } : detail;
  return { status, body: { detail: said } };
}

const textFields = ["agent_id", "label", "environment", "branch_id"];

/** Why an update is refused, or undefined. Unknown fields are ignored. */
export function elevenlabsRefusal(body: Body, account: Account, stored: Stored): Reply | undefined {
  if ("unreadable" in body) {
    const type = body.unreadable === "syntax" ? "json_invalid" : "model_attributes_type";
    return problem(422, [{ loc: ["body"], msg: "Input should be a valid dictionary", type }]);
  }
  const { json } = body;
  if (!isRecord(json)) {
    return problem(422, [
      { loc: ["body"], msg: "Input should be a valid dictionary", type: "model_attributes_type" },
    ]);
  }
  const mistakes = textFields
    .filter((field) => !isTextOrNone(json[field]))
    .map((field) => ({ loc: ["body", field], msg: "Input should be a valid string", type: "string_type" }));
  if (mistakes.length > 0) return problem(422, mistakes);
  const { agent_id: agentId, branch_id: branch } = json;
  if (typeof agentId === "string") {
    const agent = account.agents.get(agentId);
    if (!agent) return problem(404, `Agent ${agentId} was not found`, "agent_not_found");
    if (!agent.assignable) return problem(400, `Agent ${agentId} is archived`, "agent_archived");
  }
  if (typeof branch !== "string") return undefined;
  const owner = account.agents.get(String(agentId ?? stored["agent_id"]));
  const branches = owner?.extra["branches"];
  return Array.isArray(branches) && branches.includes(branch)
    ? undefined
    : problem(400, `Branch ${branch} is not a branch of the agent`, "branch_not_found");
}

const isTextOrNone = (value: unknown): boolean =>
  value === undefined || value === null || typeof value === "string";
