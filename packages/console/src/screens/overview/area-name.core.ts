/** What an area is called among others, and which devices are its own. */
interface Place {
  readonly campus: string;
  readonly building: string;
  readonly area: string;
}

const isNamesake = (one: Place, other: Place): boolean =>
  one.campus === other.campus && one.area === other.area && one.building !== other.building;

/** Its own name; with its building where another of its campus has the same; the building's, else the campus's, where it has none. */
export function areaName(place: Place, among: readonly Place[]): string {
  const { campus, building, area } = place;
  if (area === '') return building === '' ? campus : building;
  return building !== '' && among.some((other) => isNamesake(place, other)) ? `${building} ${area}` : area;
}

/** The filter of the list of devices that shows its devices alone. */
export const areaSearch = ({ campus, building, area }: Place) => ({
  campus,
  ...(building === '' ? {} : { building }),
  ...(area === '' ? {} : { area }),
});
