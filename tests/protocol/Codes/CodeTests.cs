using RocketMQ.Protocol.Codes;

namespace RocketMQ.Protocol.Tests.Codes;

public sealed class CodeTests
{
    [TestCase(RequestCode.SendMessageV2, "SEND_MESSAGE_V2")]
    [TestCase(RequestCode.GetRouteinfoByTopic, "GET_ROUTEINFO_BY_TOPIC")]
    [TestCase(RequestCode.PopMessage, "POP_MESSAGE")]
    [TestCase(7, "7")]
    public void A_request_code_has_the_name_Apache_gives_it(int code, string name) => Assert.That(RequestCode.Name(code), Is.EqualTo(name));

    [TestCase(ResponseCode.Success, "SUCCESS")]
    [TestCase(ResponseCode.PollingFull, "POLLING_FULL")]
    [TestCase(ResponseCode.UpdateAndCreateAclConfigFailed, "POLLING_FULL")]
    [TestCase(ResponseCode.RpcTimeOut, "RPC_TIME_OUT")]
    public void A_response_code_has_its_current_name(int code, string name) => Assert.That(ResponseCode.Name(code), Is.EqualTo(name));

    [TestCase(0, "V3_0_0_SNAPSHOT")]
    [TestCase(15, "V3_0_0_FINAL")]
    [TestCase(16, "V3_0_1_SNAPSHOT")]
    [TestCase(MqVersion.V3_0_11, "V3_0_11")]
    [TestCase(45, "V3_0_15")]
    [TestCase(47, "V3_1_0")]
    [TestCase(85, "V3_2_9")]
    [TestCase(87, "V3_3_1")]
    [TestCase(MqVersion.V3_4_9, "V3_4_9")]
    [TestCase(MqVersion.V3_5_6, "V3_5_6")]
    [TestCase(211, "V3_9_9")]
    [TestCase(MqVersion.V4_0_0, "V4_0_0")]
    [TestCase(MqVersion.V4_6_0, "V4_6_0")]
    [TestCase(MqVersion.V4_9_3, "V4_9_3")]
    [TestCase(MqVersion.V4_9_8, "V4_9_8")]
    [TestCase(412, "V5_0_0_SNAPSHOT")]
    [TestCase(MqVersion.V5_0_0, "V5_0_0")]
    [TestCase(MqVersion.Current, "V5_3_3")]
    [TestCase(611, "V5_9_9")]
    [TestCase(612, "HIGHER_VERSION")]
    [TestCase(-1, "HIGHER_VERSION")]
    public void A_version_is_described_by_its_place_among_the_releases(int version, string description) =>
        Assert.That(MqVersion.Description(version), Is.EqualTo(description));

    [Test]
    public void Every_language_is_found_by_its_name([Values] LanguageCode language)
    {
        Assert.That(LanguageCodes.TryParse(language.Utf8Name(), out var found));
        Assert.That(found, Is.EqualTo(language));
    }

    [TestCase(LanguageCode.Dotnet, "DOTNET")]
    [TestCase(LanguageCode.NodeJs, "NODE_JS")]
    [TestCase((LanguageCode)99, "OTHER")]
    public void A_language_has_its_wire_name(LanguageCode language, string name) => Assert.That(language.Name(), Is.EqualTo(name));

    [Test]
    public void A_language_nobody_defined_is_another() =>
        Assert.That(LanguageCodes.TryParse("COBOL"u8, out var language) ? null : (LanguageCode?)language, Is.EqualTo(LanguageCode.Other));
}
