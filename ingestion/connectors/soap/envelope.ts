const NAMESPACES = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
} as const;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

/** The template with its `{{name}}` filled, values escaped; a bare body is put into an envelope. */
export function envelopeOf(
  template: string,
  version: keyof typeof NAMESPACES,
  parameters: Readonly<Record<string, string>>,
): string {
  const text = template.replace(/\{\{([^{}]+)\}\}/g, (_, name: string) =>
    escaped(parameters[name.trim()] ?? ''),
  );
  if (/<(\w+:)?Envelope[\s>]/.test(text)) return text;
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="${NAMESPACES[version]}"><s:Body>${text}</s:Body></s:Envelope>`;
}

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** Arguments of an operation with `{{name}}` in their texts filled; whoever writes them as XML escapes them. */
export function filled(value: unknown, parameters: Readonly<Record<string, string>>): Json {
  if (typeof value === 'string')
    return value.replace(/\{\{([^{}]+)\}\}/g, (_, name: string) => parameters[name.trim()] ?? '');
  if (Array.isArray(value)) return value.map((item) => filled(item, parameters));
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, parameters)]));
}
