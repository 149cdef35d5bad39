/**
 * Writes the message of an operation as its WSDL asks for it. The `soap` package only reads the WSDL and writes the envelope: it
 * never opens a connection of its own, so that addresses in a WSDL are checked like any other.
 */
import { type Client, createClientAsync, type IHttpClient } from 'soap';
import { isAppError } from '../../../domain/errors.ts';
import { errorMessage } from '../../../warehouse/error-code.ts';
import { textOf } from '../http/client.ts';
import type { HttpSource } from '../http/source.ts';
import { refusedBySource } from '../source-errors.ts';

export interface SoapMessage {
  url: URL;
  action: string;
  body: string;
}

interface WsdlSettings {
  wsdl: string;
  operation: string;
  /** Address of the service where the WSDL names a wrong one. */
  url?: string;
  version: '1.1' | '1.2';
}

/** The operations of one service; its description is read once. */
export class WsdlWriter {
  readonly #source: HttpSource;
  readonly #settings: WsdlSettings;
  #client: Promise<Client> | null = null;
  #written: SoapMessage | null = null;

  constructor(source: HttpSource, settings: WsdlSettings) {
    this.#source = source;
    this.#settings = settings;
  }

  /** @throws AppError `source_refused` when the WSDL cannot be read, has no such operation, or does not fit the arguments */
  async message(values: unknown): Promise<SoapMessage> {
    const { wsdl, operation, url, version } = this.#settings;
    const host = new URL(wsdl).hostname;
    this.#written = null;
    try {
      this.#client ??= createClientAsync(wsdl, {
        ...{ httpClient: this.#http, disableCache: true, endpoint: url },
        forceSoap12Headers: version === '1.2',
      });
      const client = await this.#client;
      const call: unknown = client[`${operation}Async`];
      if (typeof call !== 'function')
        throw refusedBySource(host, `its WSDL has no operation ${operation}`, { where: { operation } });
      await (call as (values: unknown) => Promise<unknown>).call(client, values);
    } catch (error) {
      if (this.#written !== null) return this.#written;
      this.#client = null;
      if (isAppError(error)) throw error;
      throw refusedBySource(host, `its WSDL cannot be used (${errorMessage(error).slice(0, 80)})`, {
        cause: error,
      });
    }
    throw refusedBySource(host, `its WSDL gives no message for ${operation}`);
  }

  /** Reads descriptions for the package, and catches the message it would send. */
  readonly #http: IHttpClient = {
    request: (address: string, body: unknown, callback, headers) => {
      const done =
        typeof body === 'string'
          ? this.#caught(address, body, headers)
          : this.#description(address).then((text) =>
              callback(null, { status: 200, headers: {}, data: text }, text),
            );
      done.catch((error: unknown) => callback(error));
      return done as unknown as ReturnType<IHttpClient['request']>;
    },
  };

  async #caught(address: string, body: string, headers: Record<string, unknown> = {}): Promise<void> {
    const action =
      typeof headers['SOAPAction'] === 'string'
        ? headers['SOAPAction'].replace(/^"|"$/g, '')
        : /action="([^"]*)"/.exec(String(headers['Content-Type']))?.[1];
    this.#written = { url: new URL(address), action: action ?? '', body };
    return Promise.reject(new Error('the message is sent by the connector'));
  }

  async #description(address: string): Promise<string> {
    const answer = await this.#source.send({ method: 'GET', url: new URL(address), headers: {} });
    const text = textOf(answer);
    if (/<!DOCTYPE/i.test(text))
      throw refusedBySource(
        answer.url.hostname,
        'its WSDL has a document type declaration, which may define entities',
      );
    return text;
  }
}
