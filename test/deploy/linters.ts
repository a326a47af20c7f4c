import { createRequire } from "node:module";
import { join } from "node:path";
import { tool } from "./tool.ts";

interface DockerfileUtils {
  validate(text: string): readonly {
    readonly message: string;
    readonly range: { readonly start: { readonly line: number } };
  }[];
}

interface WorkflowError {
  readonly code: string;
  readonly path?: string;
  readonly detail?: string;
  readonly states?: readonly { readonly errors: readonly WorkflowError[] }[];
}

interface ActionValidator {
  validateWorkflow(text: string): { readonly errors: readonly WorkflowError[] };
}

/** The packages that check Dockerfiles and workflows. */
export const linters = tool("linters");

/** Loads from their folder, which only a test that needs it may ask for. */
const loader = (): NodeJS.Require => createRequire(join(linters.path, "package.json"));

/** What a linter finds in a Dockerfile, with the line of each finding. */
export function dockerfileFaults(text: string): string[] {
  const { validate }: DockerfileUtils = loader()("dockerfile-utils");
  return validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`);
}

/** What GitHub's schema does not take of a workflow, and jobs that it names but does not have. */
export function workflowFaults(text: string): string[] {
  const { validateWorkflow }: ActionValidator = loader()("@action-validator/core");
  return [...new Set(validateWorkflow(text).errors.flatMap(detailsOf))];
}

/** The details of an error, of all alternatives if there are several. */
function detailsOf({ code, path = "", detail = "", states = [] }: WorkflowError): string[] {
  return states.length === 0
    ? [`${path} ${code} ${detail}`.trim()]
    : states.flatMap(({ errors }) => errors.flatMap(detailsOf));
}
