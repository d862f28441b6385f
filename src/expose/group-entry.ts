/**
 * What `tallystick/group` exports. Nothing else imports this file.
 *
 * @module
 */
export { joinGroup, type Group, type JoinOptions } from './join-group.js';
export { startClusterMetrics, type ClusterMetricsOptions } from './cluster.js';
export type { GroupOptions } from '../aggregate/group/group-settings.js';
