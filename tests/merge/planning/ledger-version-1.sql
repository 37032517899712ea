BEGIN TRANSACTION;
CREATE TABLE addressees (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL, language TEXT NOT NULL, audience INTEGER NOT NULL, cells TEXT NOT NULL,
    row INTEGER NOT NULL, rank BLOB
);
INSERT INTO "addressees" VALUES(0,'x-0000','en',0,'x-0000enAnaEjemplo 0Ministerio de EjemploExample Street 0
ExampletownCHx0@example.intacademia',2,NULL);
INSERT INTO "addressees" VALUES(1,'x-0001','es',1,'x-0001esMrØysteinEjemplo 1Ministerio de EjemploExample Street 1
ExampletownESx1@example.intmember-state',3,NULL);
INSERT INTO "addressees" VALUES(2,'x-0002','es',1,'x-0002esMsŁukaszEjemplo 2Ministerio de EjemploExample Street 2
ExampletownJPx2@example.intmember-state',4,NULL);
INSERT INTO "addressees" VALUES(3,'x-0003','es',1,'x-0003esMrØysteinEjemplo 3Example UnionExample Street 3
ExampletownJPx3@example.intmember-state',2,NULL);
CREATE TABLE copies (
    n INTEGER NOT NULL, format TEXT NOT NULL, size INTEGER NOT NULL, place INTEGER NOT NULL, crc INTEGER NOT NULL,
    sha256 BLOB NOT NULL, whole INTEGER NOT NULL, PRIMARY KEY (n, format)
) WITHOUT ROWID;
INSERT INTO "copies" VALUES(0,'docx',16323,0,2398561923,X'7090959E21A6A6B033E6C7454FF4C1FC9D59EA311AA9E2470B1A944049996029',0);
INSERT INTO "copies" VALUES(1,'docx',16595,0,759820386,X'DE9A52C8CF1A442BEACF53B95A3B517FEE5527B6E51979BE43C0BAC0C3D96AA9',0);
INSERT INTO "copies" VALUES(2,'docx',16595,0,2558294421,X'19336BCEEE43DEDF548E7C5995474A6D252819BE31E66B4E79E2604C2383D8F5',0);
INSERT INTO "copies" VALUES(3,'docx',16578,0,658312833,X'3E2EEC76C3C481F6F8EF53B4F18608A0CBF3B8008DA4F305C75F6392715BAD62',0);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "facts" VALUES('added','[{"list": "late.csv", "list-sha256": "9c27565ae9cb4335ec0da83b5f13802faac3b62e862e627b9c46e497e466bd0c", "columns": ["id", "language", "title", "name", "surname", "organization", "address", "country", "email", "category"], "order": {"kind": "files", "formats": ["docx"], "fallback": "", "where": [], "sort": "", "sample": 0, "only": [], "skip_bad": false, "whole": false, "source": true, "stock": "", "skip": 0, "duplex": false, "sender": ""}, "first": 3}]');
INSERT INTO "facts" VALUES('before','{"categories": {"member-state": 2, "academia": 1}, "characters": "\n\u001f -.012@ABCDEHIJKLMNOPRSTUWXYZabcdeijklmnoprstuwxyzØŁ", "circulars": "0.1.0", "columns": ["id", "language", "title", "name", "surname", "organization", "address", "country", "email", "category"], "count": 3, "done": true, "fell-back": 0, "forms": [["", "CH"], ["Mr", "ES"], ["Ms", "JP"]], "languages": {"en": "b587b317a6d850b0c98791150351216d83173909e6f43d49139c2571c63f1b0d", "es": "ac780a9602c42e94098ad17d669a5b1ce4b2ee578604bd615a97fd9a583d9c8a"}, "letter": "c", "letter-sha256": "69d1a1362023ecac1f3224b2a3d8ee7f14f924af981a2b5ca3c6f65074d3252e", "list": "list.csv", "list-sha256": "9a34d1b971f184ff8fd873d4a6daf3cddd4070f2df39c2e2d80de83d284fe042", "order": {"kind": "files", "formats": ["docx"], "fallback": "", "where": [], "sort": "", "sample": 0, "only": [], "skip_bad": true, "whole": false, "source": true, "stock": "", "skip": 0, "duplex": false, "sender": ""}, "pack": "itu", "pack-sha256": "811b097dea308806e775cfd1e32b85cb9ed5a1d38d50abc4d849a7ee378438e2", "pictures": {}, "plan": "2f15c1f28e2b5104e117e33d9abe0d709aae3a87bb4db65cbd77ec03d5d91431", "rejected": 1, "rejected-files": [{"file": "rejected.csv", "rows": 1, "sha256": "d992d1dd33137556763dbe0b6fcb55fed0561b2392522f41911f9e220576e671", "part": 0}], "rows": 4}');
INSERT INTO "facts" VALUES('categories','{"member-state": 3, "academia": 1}');
INSERT INTO "facts" VALUES('characters','"\n\u001f -.0123@ABCDEHIJKLMNOPRSTUWXYZabcdeijklmnoprstuwxyzØŁ"');
INSERT INTO "facts" VALUES('circulars','"0.1.0"');
INSERT INTO "facts" VALUES('columns','["id", "language", "title", "name", "surname", "organization", "address", "country", "email", "category"]');
INSERT INTO "facts" VALUES('count','4');
INSERT INTO "facts" VALUES('done','true');
INSERT INTO "facts" VALUES('fell-back','0');
INSERT INTO "facts" VALUES('first-plan','"2f15c1f28e2b5104e117e33d9abe0d709aae3a87bb4db65cbd77ec03d5d91431"');
INSERT INTO "facts" VALUES('forms','[["", "CH"], ["Mr", "ES"], ["Mr", "JP"], ["Ms", "JP"]]');
INSERT INTO "facts" VALUES('languages','{"en": "b587b317a6d850b0c98791150351216d83173909e6f43d49139c2571c63f1b0d", "es": "ac780a9602c42e94098ad17d669a5b1ce4b2ee578604bd615a97fd9a583d9c8a"}');
INSERT INTO "facts" VALUES('letter','"c"');
INSERT INTO "facts" VALUES('letter-sha256','"69d1a1362023ecac1f3224b2a3d8ee7f14f924af981a2b5ca3c6f65074d3252e"');
INSERT INTO "facts" VALUES('list','"list.csv"');
INSERT INTO "facts" VALUES('list-sha256','"9a34d1b971f184ff8fd873d4a6daf3cddd4070f2df39c2e2d80de83d284fe042"');
INSERT INTO "facts" VALUES('order','{"kind": "files", "formats": ["docx"], "fallback": "", "where": [], "sort": "", "sample": 0, "only": [], "skip_bad": true, "whole": false, "source": true, "stock": "", "skip": 0, "duplex": false, "sender": ""}');
INSERT INTO "facts" VALUES('pack','"itu"');
INSERT INTO "facts" VALUES('pack-sha256','"811b097dea308806e775cfd1e32b85cb9ed5a1d38d50abc4d849a7ee378438e2"');
INSERT INTO "facts" VALUES('pictures','{}');
INSERT INTO "facts" VALUES('plan','"2a596611afc9e694e2d6dcbaf225475c7b6e69f85cc9c79f91563360eee68876"');
INSERT INTO "facts" VALUES('rejected','1');
INSERT INTO "facts" VALUES('rejected-files','[{"file": "rejected.csv", "rows": 1, "sha256": "d992d1dd33137556763dbe0b6fcb55fed0561b2392522f41911f9e220576e671", "part": 0}]');
INSERT INTO "facts" VALUES('rows','5');
CREATE TABLE former (name TEXT PRIMARY KEY, sha256 BLOB NOT NULL) WITHOUT ROWID;
COMMIT;
PRAGMA application_id = 1667854947;
PRAGMA user_version = 1;
