/** The longest address of a runbook, in characters. */
export const longestRunbookUrl = 500;

/** What a reader of Slack's markup would take for the end of a link, or for other markup. */
const unsafe = /[<>|"`\\^{}]/u;
const visibleAscii = /^[\u0021-\u007e]+$/u;

/**
 * What is wrong with the address of a runbook; undefined if it is an https address that Slack shows as one link. Patchbay
 * never opens it.
 */
export function runbookUrlFault(text: string): string | undefined {
  if (text.length > longestRunbookUrl) return `An address has at most ${longestRunbookUrl} characters.`;
  if (!visibleAscii.test(text) || unsafe.test(text))
    return "Write other characters than letters, digits and -._~:/?#[]@!$&'()*+,;=% in percent-encoding, without blanks.";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" || !/^https:\/\/[^/?#]/iu.test(text))
    return "Write an address that begins with https://, such as https://wiki.example.com/runbooks/support.";
  if (url.username !== "" || url.password !== "" || /^https:\/\/[^/?#]*@/iu.test(text))
    return "Leave the user name and the password out: everyone who may see numbers sees this address.";
  return undefined;
}
