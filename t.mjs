import { writeFileSync } from 'node:fs';
import { queryAsync } from 'chdb';
const rows=[];
for(let c=0;c<=0x10ffff;c++){ if(c>=0xd800&&c<=0xdfff)continue; rows.push({c,v:String.fromCodePoint(c)}); }
writeFileSync('/tmp/dom_cp.jsonl',rows.map(r=>JSON.stringify(r)).join('\n'));
const r=await queryAsync(`select c, normalizeUTF8NFKC(toValidUTF8(v)) as n, upper(v) as u, lengthUTF8(v) l from file('/tmp/dom_cp.jsonl',JSONEachRow,'c UInt32, v String') FORMAT JSONCompactEachRow`,{format:'JSONCompactEachRow'});
let bad=[],b2=[],b3=[];
for(const line of r.text().split('\n')){ if(!line)continue; const [c,n,u,l]=JSON.parse(line); const s=String.fromCodePoint(c); if(s.normalize('NFKC')!==n) bad.push(c.toString(16)+':'+[...n].map(x=>x.codePointAt(0).toString(16))+'|'+[...s.normalize('NFKC')].map(x=>x.codePointAt(0).toString(16))); if(s.replace(/[a-z]+/g,x=>x.toUpperCase())!==u) b2.push(c.toString(16)); if(+l!==1) b3.push(c.toString(16));}
console.log(bad.length,bad.slice(0,50).join(' '),'upper',b2.length,'len',b3.length,b3.slice(0,5), process.versions.unicode, process.versions.icu);
