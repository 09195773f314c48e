// What an adapter developer gets from the generated SDK: types that tell one business key from another.
import { DefectCode, itemNumber, type Lot, lotNumber } from '@millwright/sdk/types';

const key = { itemNumber: itemNumber('FG-1000'), lotNumber: lotNumber('L-2026-0415') };
const status: Lot['status'] = 'quarantine';

console.log(
  `${key.itemNumber}/${key.lotNumber} is in ${status}; ${Object.keys(DefectCode).length} defect codes are known`,
);
