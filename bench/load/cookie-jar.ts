/** Cookies of one host: kept by name and path, sent below their path, dropped when the server takes them back. */
export interface CookieJar {
  /** For the header `Cookie` of a request; empty when there is none to send. */
  header(path: string): string;
  /** Keeps what an answer set. */
  take(lines: string[] | undefined): void;
  clear(): void;
}

export function openCookieJar(): CookieJar {
  const cookies = new Map<string, { pair: string; path: string }>();
  const covers = (path: string, asked: string) =>
    asked.startsWith(path) && (path.endsWith('/') || /^(?:$|[/?])/.test(asked.slice(path.length)));
  return {
    clear: () => cookies.clear(),

    header(asked) {
      const pairs: string[] = [];
      for (const { pair, path } of cookies.values()) if (covers(path, asked)) pairs.push(pair);
      return pairs.join('; ');
    },

    take(lines = []) {
      for (const line of lines) {
        const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
        const value = (name: string) =>
          attributes.find((text) => text.toLowerCase().startsWith(name))?.slice(name.length);
        const path = value('path=') || '/';
        const key = `${pair.slice(0, pair.indexOf('='))};${path}`;
        const ended = Date.parse(value('expires=') ?? '') <= Date.now();
        if (ended || pair.endsWith('=')) cookies.delete(key);
        else cookies.set(key, { pair, path });
      }
    },
  };
}
