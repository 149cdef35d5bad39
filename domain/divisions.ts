/** Province-level prefixes of GB/T 2260, as they begin identity numbers (GB 11643-1999) and division codes. */
export const PROVINCE_CODES = [
  '11',
  '12',
  '13',
  '14',
  '15',
  '21',
  '22',
  '23',
  '31',
  '32',
  '33',
  '34',
  '35',
  '36',
  '37',
  '41',
  '42',
  '43',
  '44',
  '45',
  '46',
  '50',
  '51',
  '52',
  '53',
  '54',
  '61',
  '62',
  '63',
  '64',
  '65',
  '71',
  '81',
  '82',
  '83',
] as const;

/** 81, 82 and 83 also begin the numbers of residence permits for people of Hong Kong, Macao and Taiwan. A 9 before the province begins those of foreigners. */
export const PROVINCE_PATTERN = `(?:${PROVINCE_CODES.join('|')})`;

/** The invented city's prefix: 43 is Hunan, 4399 is unassigned, so that no number made with it can be a real person's. */
export const SAMPLE_CITY_PREFIX = '4399';
