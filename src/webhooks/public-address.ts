import { BlockList, isIPv6 } from "node:net";

/** The ranges of IANA's registries for special purposes that are not reachable from the internet, and multicast. */
const ranges4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

/** Of IPv6, only 2000::/3 is on the internet. These are the exceptions in it, some of which contain other addresses. */
const ranges6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const notPublic = new BlockList();
const onInternet = new BlockList();
for (const range of ranges4) notPublic.addSubnet(...parts(range), "ipv4");
for (const range of ranges6) notPublic.addSubnet(...parts(range), "ipv6");
onInternet.addSubnet("2000::", 3, "ipv6");

/** Whether an IP address is on the internet, and not in a private network or on this machine. */
export function isPublicAddress(address: string): boolean {
  if (!isIPv6(address)) return !notPublic.check(address, "ipv4");
  return onInternet.check(address, "ipv6") && !notPublic.check(address, "ipv6");
}

function parts(range: string): [string, number] {
  const [network = "", bits] = range.split("/");
  return [network, Number(bits)];
}
