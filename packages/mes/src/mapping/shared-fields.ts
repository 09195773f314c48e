import { type B2mmlElement, isElement, textOf } from '../b2mml/element.ts';
import { MesError } from '../mes-error.ts';
import type { Cursor } from './cursor.ts';
import type { Field } from './field.ts';

/** The plant is the Site of the role-based equipment hierarchy; an area or line that is named below it is told as lost. */
export const plant: Field = {
  properties: ['plantId'],
  element: 'HierarchyScope/EquipmentID of EquipmentLevel Site',
  write: ({ plantId }, into) => {
    into['HierarchyScope'] = { EquipmentID: String(plantId), EquipmentLevel: 'Site' };
  },
  read: (from, into) => {
    for (let scope = from.child('HierarchyScope'); scope !== undefined; scope = scope.child('HierarchyScopeChild')) {
      const levels = [scope.text('EquipmentLevel'), scope.text('EquipmentElementLevel')].filter(
        (level) => level !== undefined,
      );
      const id = scope.text('EquipmentID');
      const isSite = levels.length === 0 ? !scope.has('HierarchyScopeChild') : levels.includes('Site');
      if (isSite && into['plantId'] === undefined && id !== undefined) into['plantId'] = id;
      else scope.lose('EquipmentID', 'only the site is mapped');
    }
  },
};

/** Work of other categories (ISA-95: maintenance, quality, inventory) is no work order of ours. */
export const productionWork: Field = {
  properties: [],
  element: 'WorkType Production',
  write: (_from, into) => {
    into['WorkType'] = 'Production';
  },
  read: (from) => {
    const type = from.text('WorkType');
    if (type !== undefined && type !== 'Production' && type !== 'Mixed')
      throw new MesError(
        'mes/other-object',
        `work of the type ${JSON.stringify(type)} is no production`,
        { key: from.trail.key, pointer: `${from.pointer}/WorkType` },
        'Send jobs of the type Production.',
      );
    if (type === 'Mixed') from.lose('WorkType', 'read as Production');
  },
};

/** Use of a material; the standard leaves scrap and rework to the user: `Other` with its name. */
export function useOf(element: B2mmlElement): string | undefined {
  const use = element['MaterialUse'];
  const text = textOf(use);
  return text === 'Other' && isElement(use) ? `Other ${textOf(use['@OtherValue']) ?? ''}` : text;
}

/** Takes an identifier that only tells elements of one message apart; another one than ours is told as lost. */
export function dropId(from: Cursor, ours: string): void {
  const id = from.text('ID');
  if (id !== undefined && id !== ours) from.lose('ID', 'the canonical object has no identifier here');
}

/** A storage location, as an identifier of the plant's own. */
export function locationOf(id: unknown): B2mmlElement {
  return { Location: String(id), LocationType: 'Operational Location ID' };
}

export function takeLocation(from: Cursor): string | undefined {
  const location = from.child('StorageLocation');
  const type = location?.text('LocationType');
  if (location !== undefined && type !== undefined && !type.startsWith('Operational Location'))
    location.lose('LocationType', `${type} is read as Operational Location ID`);
  const id = location?.text('Location');
  location?.end();
  return id;
}
