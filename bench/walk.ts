/** One walk of one contender: how many threads came, and what it cost. */
import {contenders} from './contenders.ts';

const [, , name = '', url = '', accessToken = '', pageSize] = process.argv;
const before = process.cpuUsage();
const count = await contenders[name]?.({url, accessToken, pageSize: Number(pageSize)});
const {user, system} = process.cpuUsage(before);
process.send?.({count, milliseconds: (user + system) / 1000});
