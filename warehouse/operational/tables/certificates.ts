/** One signed arrival certificate, by data set and number. */
export interface CertificateTable {
  dataset: string;
  /** From 1 in each data set, without gaps. */
  sequence: number;
  delivery_id: string;
  /** sha256 of the certificate's canonical bytes. */
  hash: string;
  /** Hash of the certificate before; null for the first. */
  previous: string | null;
  object_key: string;
}

export interface CertificateTables {
  certificate: CertificateTable;
}
