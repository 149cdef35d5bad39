/** Office files of before 2007, which no reader here reads; a workbook under a password has the same container. */
import type { AppError } from '../../domain/errors.ts';
import { refusal } from './reader.ts';

const OLE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/** @param start the first bytes of a file */
export const isLegacyOffice = (start: Uint8Array): boolean => OLE.equals(start.subarray(0, OLE.length));

export const legacyOffice = (): AppError =>
  refusal(
    'legacy_workbook',
    'The file is an Excel workbook of the old format (.xls), or one under a password: neither can be read.',
    {},
    'Open it in Excel or WPS, save it as XLSX (另存为 “Excel 工作簿 (*.xlsx)”) without a password, and send that.',
  );
