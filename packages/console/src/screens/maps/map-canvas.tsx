import type { DeviceDto } from '@cardwatch/contracts/api';
import { type DragEvent, type PointerEvent, useRef, useState } from 'react';
import { apiPrefix } from '../../api/client.ts';
import { useWords } from '../../words/words.tsx';
import { StandingMark } from '../topology/node-mark.tsx';
import type { Network } from '../topology/ways.core.ts';
import { type BuildingMap, keyMove, moved, type Placement, placed, taken } from './placements.core.ts';

interface MapCanvasProps {
  readonly map: BuildingMap;
  readonly placements: readonly Placement[];
  readonly byId: ReadonlyMap<string, DeviceDto>;
  readonly network: Network;
  readonly chosen: string | undefined;
  readonly choose: (deviceId: string) => void;
  /** Given while devices may be moved. */
  readonly change?: (placements: readonly Placement[]) => void;
}

/** What a device is carried under from the list onto the map. */
export const carried = 'text/x-cardwatch-device';

/** The picture with a mark for each device; while editing, marks are dragged or moved with the arrow keys. */
export function MapCanvas({ map, placements, byId, network, chosen, choose, change }: MapCanvasProps) {
  const t = useWords();
  const box = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<string>();
  const spotOf = (event: { readonly clientX: number; readonly clientY: number }): readonly [number, number] => {
    const { left, top, width, height } = box.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    return [((event.clientX - left) / width) * 1_000, ((event.clientY - top) / height) * 1_000];
  };
  const drop = (event: DragEvent): void => {
    const deviceId = event.dataTransfer.getData(carried);
    if (change === undefined || deviceId === '') return;
    event.preventDefault();
    change(placed(placements, deviceId, ...spotOf(event)));
    choose(deviceId);
  };
  const drag = (event: PointerEvent): void => {
    if (dragged !== undefined) change?.(placed(placements, dragged, ...spotOf(event)));
  };
  return (
    // the marks within are what is acted on
    <div
      ref={box}
      className={change === undefined ? 'map-canvas' : 'map-canvas editing'}
      style={{ aspectRatio: `${map.picture.widthPx} / ${map.picture.heightPx}` }}
      onDragOver={(event) => change !== undefined && event.preventDefault()}
      onDrop={drop}
      onPointerMove={drag}
      onPointerUp={() => setDragged(undefined)}
    >
      <img src={`${apiPrefix}/map-images/${map.picture.image}`} alt={t('maps.picture', { name: map.name })} draggable={false} />
      {placements.map(({ deviceId, x, y }) => {
        const standing = network.standing.get(deviceId);
        const name = byId.get(deviceId)?.name ?? deviceId;
        return (
          <button
            key={deviceId}
            type="button"
            className={chosen === deviceId ? 'map-mark chosen' : 'map-mark'}
            style={{ left: `${x / 10}%`, top: `${y / 10}%` }}
            title={name}
            aria-pressed={chosen === deviceId}
            onClick={() => choose(deviceId)}
            onPointerDown={(event) => {
              if (change === undefined) return;
              event.currentTarget.setPointerCapture(event.pointerId);
              setDragged(deviceId);
            }}
            onKeyDown={(event) => {
              if (change === undefined) return;
              const by = keyMove(event.key, event.shiftKey);
              if (by !== undefined) {
                event.preventDefault();
                change(moved(placements, deviceId, ...by));
              } else if (event.key === 'Delete' || event.key === 'Backspace') change(taken(placements, deviceId));
            }}
          >
            {standing === undefined ? <span className="meta">?</span> : <StandingMark standing={standing} isShort />}
            <span className="map-name">{name}</span>
          </button>
        );
      })}
    </div>
  );
}
