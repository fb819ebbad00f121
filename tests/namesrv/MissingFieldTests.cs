using System.Globalization;
using RocketMQ.NameServer.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.NameServer.Tests;

/// <summary>Requests that lack what their header demands are answered with the codes of Apache's 5.3.3 name server, of which all were recorded.</summary>
public class MissingFieldTests
{
    private const string Broker = "brokerName=broker-a brokerAddr=127.0.0.1:10911 clusterName=DefaultCluster brokerId=0";

    /// <summary>Where this name server answers otherwise on purpose.</summary>
    private static readonly Dictionary<(int Code, string What), string> Differences = new()
    {
        [(103, "brokerName")] = "a broker that nobody can name or reach would stand in the routes",
        [(103, "brokerAddr")] = "as above",
        [(103, "clusterName")] = "as above",
    };

    private static readonly Dictionary<int, string> Headers = new()
    {
        [100] = "namespace=ns key=k value=v",
        [101] = "namespace=ns key=k",
        [102] = "namespace=ns key=k",
        [103] = Broker + " haServerAddr=127.0.0.1:10912",
        [104] = Broker,
        [105] = "topic=T",
        [205] = "brokerName=broker-a",
        [216] = "topic=T",
        [217] = "topic=T",
        [219] = "namespace=ns",
        [224] = "cluster=DefaultCluster",
        [322] = Broker,
        [327] = "brokerName=broker-a",
        [901] = "clusterName=DefaultCluster brokerName=broker-a",
        [904] = Broker,
    };

    private static IEnumerable<TestCaseData> WithoutFields => Rows("missing-fields.tsv")
        .Select(row => Case(row, "no field", row[3]))
        .Concat(Rows("missing-fields.tsv").Where(row => row[6] != "-").Select(row => Case(row, "whole", row[6])));

    private static IEnumerable<TestCaseData> WithoutOneField => Rows("missing-fields-each.tsv")
        .Where(row => !Differences.ContainsKey((int.Parse(row[1], CultureInfo.InvariantCulture), row[3])))
        .Select(row => Case(row, row[3], row[5]));

    [TestCaseSource(nameof(WithoutFields))]
    [TestCaseSource(nameof(WithoutOneField))]
    public async Task A_request_is_answered_as_by_Apaches_name_server(int code, string what, int expected)
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker());
        await server.InvokeAsync(RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = "ns", Key = "k", Value = "v" });
        var topics = await server.TextAsync(RequestCode.GetAllTopicListFromNameserver);
        var request = RemotingCommand.Request(code);
        foreach (var field in what == "no field" ? [] : Headers.GetValueOrDefault(code, "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (field.Split('=')[0], field.Split('=')[1]);
            if (name != what)
            {
                request.AddField(name, value);
            }
        }

        var response = await server.InvokeAsync(request);

        Assert.That(response.Code, Is.EqualTo(expected), response.Remark);
        // A broker that leaves is known by its name and address alone.
        var isWhole = what == "whole" || (code == RequestCode.UnregisterBroker && what is "clusterName" or "brokerId");
        if (!isWhole && code is not (RequestCode.DeleteTopicInNamesrv or RequestCode.RegisterBroker))
        {
            Assert.That(await server.TextAsync(RequestCode.GetAllTopicListFromNameserver), Is.EqualTo(topics), "and nothing comes of it");
        }
    }

    [Test]
    public async Task A_topic_without_a_name_is_not_registered()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker());

        var response = await server.InvokeAsync(
            RequestCode.RegisterTopicInNamesrv, body: "{\"queueDatas\":[{\"brokerName\":\"broker-a\",\"readQueueNums\":1,\"writeQueueNums\":1,\"perm\":6}]}"u8.ToArray());

        Assert.That(response.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(await server.TextAsync(RequestCode.GetAllTopicListFromNameserver), Does.Not.Contain("\"\""));
    }

    private static IEnumerable<string[]> Rows(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", "53-answers", file)).Skip(1).Select(line => line.Split('\t'));

    private static TestCaseData Case(string[] row, string what, string answer) => new TestCaseData(
        int.Parse(row[1], CultureInfo.InvariantCulture), what, int.Parse(answer.Split(' ')[0], CultureInfo.InvariantCulture))
        .SetArgDisplayNames($"{row[1]} {row[2]}", what);
}
