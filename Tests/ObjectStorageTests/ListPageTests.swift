import Testing

@testable import ObjectStorage

struct ListPageTests {
    private func page(_ text: String) throws -> ListPage { try ListPage(parsing: Array(text.utf8)) }

    @Test func objectsAndPrefixes() throws {
        let page = try page(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Name>b</Name><Prefix>m/</Prefix><KeyCount>2</KeyCount><IsTruncated>true</IsTruncated>
              <NextContinuationToken>to&amp;ken=</NextContinuationToken>
              <Contents><Key>m/a &amp; b/1</Key><LastModified>x</LastModified><ETag>&quot;abc&quot;</ETag><Size>12</Size>
                <Owner><ID>7</ID></Owner></Contents>
              <Contents><Key>m/c</Key><ETag>"d-2"</ETag><Size>0</Size></Contents>
              <CommonPrefixes><Prefix>m/x/</Prefix></CommonPrefixes>
              <CommonPrefixes><Prefix>m/y/</Prefix></CommonPrefixes>
            </ListBucketResult>
            """)
        #expect(
            page.objects == [
                StoredObject(key: "m/a & b/1", size: 12, entityTag: "\"abc\""),
                StoredObject(key: "m/c", size: 0, entityTag: "\"d-2\""),
            ])
        #expect(page.commonPrefixes == ["m/x/", "m/y/"])
        #expect(page.continuationToken == "to&ken=")
    }

    @Test(arguments: [
        "<html><body>hello</body></html>", "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>", "not XML",
    ])
    func otherAnswersAreRefused(_ text: String) { #expect(throws: XMLReader.Failure.self) { try page(text) } }

    @Test func faults() {
        let fault = StoreFault(
            parsing: Array(
                "<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong\nregion</Message><Region>eu-west-1</Region></Error>"
                    .utf8))
        #expect(fault.code == "AuthorizationHeaderMalformed")
        #expect(fault.message == "wrong?region")
        #expect(fault.region == "eu-west-1")
        #expect(StoreFault(parsing: Array("<Error><Code>X</Code>".utf8)).code == "X")
        #expect(StoreFault(parsing: []).code.isEmpty)
    }

    @Test func onlyPlainTagsAreMD5() {
        func md5(_ tag: String) -> String? { StoredObject(key: "k", size: 1, entityTag: tag).contentMD5 }
        #expect(md5("\"D41D8CD98F00B204E9800998ECF8427E\"") == "d41d8cd98f00b204e9800998ecf8427e")
        #expect(md5("\"d41d8cd98f00b204e9800998ecf8427e-3\"") == nil)
        #expect(md5("\"xyz\"") == nil)
    }
}
