/** Sends a request to the demo. Throws an error with a readable message if it fails. */
export async function ask<Answer>(name: string, body: object): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(`/api/demo/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The demo is not running.");
  }
  const answer: Answer & { readonly error?: string } = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `The demo answered ${response.status}.`);
  return answer;
}

export async function read<Answer>(name: string): Promise<Answer> {
  const response = await fetch(`/api/demo/${name}`);
  const answer: Answer = await response.json();
  return answer;
}
