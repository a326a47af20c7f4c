import { createServer as createHttpServer, type RequestListener } from "node:http";
import type { Server } from "node:net";
import { onTestFinished } from "vitest";

/** Listens on a free port until the test ends. Returns the port. */
export async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

/** A server on a free port, for what a mock cannot do. Returns its address. */
export async function served(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener);
  onTestFinished(() => server.closeAllConnections());
  return `http://127.0.0.1:${await portOf(server)}`;
}

/** A key and a self-signed certificate, only for these tests and trusted by nobody. */
export const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1ACYleExzpuWEvPO
+Drhk1bDTXr31dAsJfS1nmgM6h+hRANCAAQKnIqlK17eibVPFgMI2vwW20bSoUVi
vXRs3Cp+fvkYJEh428JRivYDhR0fcN7ZnDcto18/7nuMbAj7UEWzAGOF
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUBd4XcMrdpvs0gMLWb2yEEcktBmgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTAwNDk1OFoYDzIxMjYxMTA1
MDA0OTU4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQKnIqlK17eibVPFgMI2vwW20bSoUVivXRs3Cp+fvkYJEh428JRivYD
hR0fcN7ZnDcto18/7nuMbAj7UEWzAGOFo28wbTAdBgNVHQ4EFgQUDeAuirrk66nY
2WhKfbNJNNxs0pUwHwYDVR0jBBgwFoAUDeAuirrk66nY2WhKfbNJNNxs0pUwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDRwAwRAIgT4wRBURHa6v4IMnB3udP6X+M75hTY+YHu53vdh8E5vACIEv/
PBPjpDBBuDlk0gPCGLtKzMzE9H3q7bXqX/loWjLd
-----END CERTIFICATE-----
`,
};
