/** One call of a port, as it is about to be made. */
export interface PortCall {
  readonly port: string;
  readonly method: string;
  /** Makes the call. */
  proceed(): Promise<unknown>;
}

type Method = (...args: readonly unknown[]) => unknown;

/**
 * Which methods are waited for, as seen: a method counts once it has returned a promise. Nobody lists them, so a new
 * port or a new method is cut from its first call in a clean run on.
 */
const awaited = new Map<string, boolean>();

/** The same ports, with every call that is waited for handed to `onCall` first: these are the awaits of the use cases. */
export function cutPorts<Ports extends object>(ports: Ports, onCall: (call: PortCall) => Promise<unknown>): Ports {
  const entries = Object.entries(ports).map(([port, target]) => [port, cutPort(port, target as object, onCall)]);
  return Object.fromEntries(entries) as Ports;
}

function cutPort(port: string, target: object, onCall: (call: PortCall) => Promise<unknown>): object {
  return new Proxy(target, {
    get(_target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || typeof name === 'symbol') return member;
      const method = member.bind(target) as Method;
      return (...args: readonly unknown[]) => {
        const key = `${port}.${name}`;
        if (awaited.get(key) === false) return method(...args);
        if (awaited.get(key) === true) return onCall({ port, method: name, proceed: async () => method(...args) });
        return learn(key, method(...args));
      };
    },
  });
}

function learn(key: string, result: unknown): unknown {
  awaited.set(key, result instanceof Promise);
  return result;
}
