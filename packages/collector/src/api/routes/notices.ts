import { listDeadNotices, listNotices, resendNotice } from '../../services/notice/list.ts';
import { watched } from '../../services/watch-desk.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const noticeRoutes: Pick<Handlers, 'notices' | 'deadNotices' | 'resendNotice'> = {
  notices: (services, caller, { query }) => plain(watched(services, (w) => listNotices(w, caller, query))),
  deadNotices: (services, caller, { query }) => plain(watched(services, (w) => listDeadNotices(w, caller, query))),
  resendNotice: (services, caller, { params, body }) =>
    plain(watched(services, (w) => resendNotice(w, caller, { ...params, ...body }))),
};
