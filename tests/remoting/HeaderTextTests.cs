using System.Text;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Remoting.Tests;

public class HeaderTextTests
{
    /// <summary>Texts that come again are not decoded again; each must still be its own.</summary>
    [Test]
    public void Every_text_of_a_header_is_read_as_it_was_sent([Values("", "a", "TopicTest", "Überschrift", "主题", "%RETRY%group")] string first)
    {
        string[] texts = [first, .. Enumerable.Range(0, 2000).Select(i => $"topic-{i}"), first, new string('x', 200), first];
        var command = new RemotingCommand { Fields = new ExtFields() };
        foreach (var text in texts.Concat(texts))
        {
            command.Fields.Clear();
            command.Fields.Add("statsName"u8, "TOPIC_PUT_NUMS"u8);
            command.Fields.Add("statsKey"u8, Encoding.UTF8.GetBytes(text));
            Assert.That(command.ReadHeader<ViewBrokerStatsDataRequestHeader>().StatsKey, Is.EqualTo(text));
        }
    }
}
