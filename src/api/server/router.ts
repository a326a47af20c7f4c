import type { ApiRoute } from "./api-route.ts";
import { HttpProblemError } from "./http-problem.ts";

/** A route, and the values of the parameters in its path. */
export interface RouteMatch {
  readonly route: ApiRoute;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route of a request. Throws HttpProblemError if there is none. */
export type Router = (method: string, path: string) => RouteMatch;

interface CompiledRoute {
  readonly route: ApiRoute;
  readonly pattern: RegExp;
}

export function router(routes: readonly ApiRoute[]): Router {
  const compiled = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  return (method, path) => {
    const found = compiled.flatMap((one) => match(one, path));
    const chosen = found.find(({ route }) => route.method === method);
    if (chosen) return chosen;
    if (found.length === 0)
      throw new HttpProblemError(
        404,
        "no_such_path",
        "There is no such path. /v1/openapi.json lists them all.",
      );
    throw new HttpProblemError(405, "method_not_allowed", `This path has no ${method}.`, {
      headers: { allow: found.map(({ route }) => route.method).join(", ") },
    });
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(".", "[.]").replaceAll(/\{(\w+)\}/gu, "(?<$1>[^/]+)")}$`, "u");
}

function match({ route, pattern }: CompiledRoute, path: string): RouteMatch[] {
  const found = pattern.exec(path);
  if (!found) return [];
  const encoded = Object.entries(found.groups ?? {});
  return [{ route, params: Object.fromEntries(encoded.map(([name, value]) => [name, decoded(value)])) }];
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new HttpProblemError(400, "malformed", "The path is not valid: see percent-encoding in RFC 3986.");
  }
}
