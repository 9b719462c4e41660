/** What is in transit, and the wall screen. Part of the one table in `endpoints.ts`. */
import { z } from 'zod';
import type { Endpoint } from './endpoints.ts';
import { ExposureDto } from './exposure-dto.ts';
import { BusinessMetricsDto } from './metrics-dto.ts';
import * as dto from './wall-dto.ts';

const links = z.strictObject({ items: z.array(dto.WallLinkDto) });

export const wallEndpoints = {
  exposure: {
    method: 'get',
    path: '/exposure',
    summary:
      'How much money is in transit 在途: records and yuan that wait in terminals and agents, by kind of place, campus and area, of the areas of who asks; beside it devices that answer in opening hours, and the last five minutes against what is normal',
    scope: 'read',
    response: ExposureDto,
  },
  wall: {
    method: 'get',
    path: '/wall',
    summary: 'What a wall screen 大屏 shows. No sign of life of a session',
    scope: 'wall:read',
    response: dto.WallDto,
  },
  wallDay: {
    method: 'get',
    path: '/wall/day',
    summary: 'The business day of a campus in slots of five minutes, with what is normal beside them, to its end',
    scope: 'wall:read',
    query: z.strictObject({ campus: z.string().min(1).max(64) }),
    response: BusinessMetricsDto,
  },
  openWall: {
    method: 'post',
    path: '/wall/session',
    summary: 'Exchange the token of a wall link for a cookie that reads the wall and nothing else, as long as the link holds',
    scope: null,
    body: z.strictObject({ token: z.string().min(16).max(128) }),
    response: z.strictObject({ expiresAt: z.int() }),
  },
  wallLinks: {
    method: 'get',
    path: '/wall/links',
    summary: 'Links of wall screens that still hold',
    scope: 'wall:edit',
    response: links,
  },
  addWallLink: {
    method: 'post',
    path: '/wall/links',
    summary: 'Make a link that opens the wall, of the areas of who makes it, for at most a year. Its token is told once',
    scope: 'wall:edit',
    body: z.strictObject({
      label: z.string().min(1).max(dto.wallLinkLimits.labelChars),
      days: z.int().min(1).max(dto.wallLinkLimits.days),
    }),
    response: dto.NewWallLinkDto,
  },
  revokeWallLink: {
    method: 'post',
    path: '/wall/links/:linkId/revoke',
    summary: 'Take a wall link back: its screens are not let in any more',
    scope: 'wall:edit',
    params: z.strictObject({ linkId: z.string().regex(/^[0-9a-f]{16}$/) }),
    body: z.strictObject({ reason: z.string().min(1).max(200) }),
    response: links,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
