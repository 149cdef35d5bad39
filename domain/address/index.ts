export {
  ADDRESS_PARTS,
  ADDRESS_TYPE,
  type AddressParts,
  addressPartsSql,
  normalAddress,
  normalAddressSql,
  parseAddress,
} from './parse.ts';
