import { expect, it } from "vitest";
import { signedHeaders } from "../../src/webhooks/sign-event.ts";

const event = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  body: '{"test": 2432232314}',
  now: new Date(1_614_265_330_999),
};
/** What `standardwebhooks` 1.1.1, the specification's own library, signs with this secret. */
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

it("signs as the library of Standard Webhooks does", () => {
  expect(signedHeaders(event, [secret])).toEqual({
    "webhook-id": event.id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": signature,
  });
});

it("signs with the former secret too, while it rotates", () => {
  const newer = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const { "webhook-signature": both } = signedHeaders(event, [newer, secret]);
  expect(both.split(" ")).toEqual([expect.stringMatching(/^v1,[\w+/]{43}=$/u), signature]);
});
