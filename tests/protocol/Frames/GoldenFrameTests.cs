using System.Buffers;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Tests.Frames;

/// <summary>Frames recorded between Apache's clients, brokers and name servers.</summary>
[TestFixture("4.9-json")]
[TestFixture("4.9-rocketmq")]
[TestFixture("5.3.3-json")]
internal sealed class GoldenFrameTests(string set)
{
    private readonly IReadOnlyList<GoldenFrame> _frames = GoldenFrame.All(set);

    [Test]
    public void Every_frame_is_read_as_its_recorder_noted() => ForEach(frame =>
    {
        var command = frame.Decode();

        Assert.That(command.Code, Is.EqualTo((int)frame.Noted["code"]!));
        Assert.That(command.Opaque, Is.EqualTo((int)frame.Noted["opaque"]!));
        Assert.That(command.Flag, Is.EqualTo((int)frame.Noted["flag"]!));
        Assert.That(command.Version, Is.EqualTo((int)frame.Noted["version"]!));
        Assert.That((string?)frame.Noted["language"], Is.EqualTo(command.Language.Name()).Or.EqualTo($"{(int)command.Language}"));
        Assert.That(command.Remark ?? "", Is.EqualTo((string?)frame.Noted["remark"] ?? ""));
        Assert.That(command.SerializeType, Is.EqualTo((string?)frame.Noted["serialize"] == "JSON" ? SerializeType.Json : SerializeType.RocketMq));
        Assert.That(command.IsResponse, Is.EqualTo(frame.IsResponse));
        Assert.That(command.IsOneway, Is.EqualTo((string?)frame.Noted["kind"] == "oneway"));
        Assert.That(command.BodyLength, Is.EqualTo((long)frame.Noted["bodyLen"]!));
        Assert.That(command.Fields?.ToDictionary() ?? [], Is.EqualTo(frame.Fields ?? []));
    });

    [Test]
    public void Every_frame_is_written_again_byte_for_byte() => ForEach(frame =>
    {
        var output = new ArrayBufferWriter<byte>();

        CommandCodec.Encode(frame.Decode(), output);

        Assert.That(output.WrittenSpan.SequenceEqual(frame.Bytes), Show(output.WrittenSpan, frame));
    });

    [Test]
    public void Every_header_class_reads_and_writes_the_fields_of_its_frames()
    {
        var seen = new HashSet<Type>();
        ForEach(frame =>
        {
            var command = frame.Decode();
            if (KnownTypes.Header(frame.RequestCode, command.IsResponse ? command.Code : null) is not { } type)
            {
                return;
            }

            seen.Add(type);
            var written = HeaderText.RoundTrip(command, type);
            foreach (var (name, value) in frame.Fields ?? [])
            {
                if (!KnownTypes.PassedOver.Contains(name))
                {
                    Assert.That(written.GetValueOrDefault(name), Is.EqualTo(value), name);
                }
            }

            Assert.That(written.Keys.Except(frame.Fields?.Keys ?? Enumerable.Empty<string>()), Is.SubsetOf(KnownTypes.WrittenAlways));
        });
        Assert.That(seen, Is.Not.Empty);
    }

    [Test]
    public void Every_body_class_reads_and_writes_the_bodies_of_its_frames() => ForEach(frame =>
    {
        var command = frame.Decode();
        if (command.BodyLength == 0 || KnownTypes.Body(frame.RequestCode, command.IsResponse) is not { } type)
        {
            return;
        }

        var body = System.Text.Encoding.UTF8.GetString(command.Body.ToArray());
        var style = body.Contains("brokerAddrs\":{\"", StringComparison.Ordinal) ? Protocol.Json.JsonStyle.Standard : Protocol.Json.JsonStyle.Compact;
        var written = AnyBody.RoundTrip(body, type, style);
        if (set.StartsWith("4.9", StringComparison.Ordinal))
        {
            // 5.x knows more properties, and writes them.
            AnyBody.AssertKeeps(body, written);
        }
        else
        {
            Assert.That(written, Is.EqualTo(body));
        }
    });

    [Test]
    public void Every_JSON_body_has_a_class()
    {
        var unknown = _frames
            .Where(frame => frame.Decode().Body is { IsEmpty: false } body && body.FirstSpan[0] is (byte)'{' or (byte)'[')
            .Where(frame => KnownTypes.Body(frame.RequestCode, frame.IsResponse) is null)
            .Select(frame => RequestCode.Name(frame.RequestCode))
            .Distinct();

        // A message of the application and a listing nothing here produces.
        Assert.That(unknown, Is.SubsetOf(new[] { "SEND_MESSAGE_V2", "GET_COLD_DATA_FLOW_CTR_INFO" }));
    }

    private void ForEach(Action<GoldenFrame> check)
    {
        Assert.That(_frames, Is.Not.Empty);
        foreach (var frame in _frames)
        {
            try
            {
                check(frame);
            }
            catch (Exception e)
            {
                Assert.Fail($"{frame.File}: {e.Message}");
            }
        }
    }

    private static string Show(ReadOnlySpan<byte> written, GoldenFrame frame) =>
        $"{frame.File}\n{System.Text.Encoding.UTF8.GetString(written)}\n{System.Text.Encoding.UTF8.GetString(frame.Bytes)}";
}
