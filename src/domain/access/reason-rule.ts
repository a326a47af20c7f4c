import { plainText } from "../text/normalize-name.ts";
import { isBlank } from "../text/visible-text.ts";

/** What a workspace requires of reasons. The pattern is a template such as `INC-#`, never a regular expression. */
export interface ReasonRule {
  readonly required: boolean;
  readonly pattern?: string | undefined;
}

/** The longest reason, in characters. */
export const longestReason = 300;

/** The longest pattern, in characters. */
export const longestPattern = 40;

/**
 * What is wrong with a pattern, as text to show; undefined if it is valid. `#` stands for digits and must not be next
 * to a digit, so that checking a reason takes one step per character, whatever people type.
 */
export function validatePattern(pattern: string): string | undefined {
  if (Array.from(pattern).length > longestPattern) return `At most ${longestPattern} characters.`;
  if (!/^[\p{L}\p{N}#\-_/.:]+$/u.test(pattern))
    return "Use letters, digits, - _ / . : and # for a number, without spaces: INC-#";
  if (/#[#\p{N}]|\p{N}#/u.test(pattern)) return "Do not put a digit or another # next to a #.";
  if (!pattern.includes("#")) return "Put a # in place of the number: INC-#";
  return undefined;
}

/** The first text in a reason that matches the pattern as a whole word, ignoring case: `INC-123`. */
export function keyInReason(reason: string, pattern: string): string | undefined {
  // Of the characters that a pattern may contain, only the dot is special in a regular expression.
  const parts = pattern.split("#").map((part) => part.replaceAll(".", "\\."));
  const word = parts.join("\\d{1,18}");
  return new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, "iu").exec(reason)?.[0];
}

/** A reason without the blanks around it; undefined if people would see nothing of it. */
export function statedReason(typed: string | undefined): string | undefined {
  return typed === undefined || isBlank(typed) ? undefined : typed.trim();
}

/**
 * What is wrong with a reason, as text to show: it is too long, or does not follow the workspace's rule. Undefined if
 * it is valid.
 */
export function validateReason(reason: string | undefined, rule: ReasonRule | undefined): string | undefined {
  const text = statedReason(reason) ?? "";
  const { length } = Array.from(text);
  if (length > longestReason)
    return `A reason has at most ${longestReason} characters; this one has ${length}. Shorten it.`;
  if (!rule?.required) return undefined;
  if (text === "") return "This workspace requires a reason.";
  if (rule.pattern === undefined || keyInReason(plainText(text), rule.pattern) !== undefined)
    return undefined;
  return `This workspace requires a reason that includes something like ${patternExample(rule.pattern)}.`;
}

/** An example of the pattern: `INC-123`. */
export function patternExample(pattern: string): string {
  return pattern.replaceAll("#", "123");
}
