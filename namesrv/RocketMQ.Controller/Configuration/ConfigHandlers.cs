using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Controller.Requests;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Controller.Configuration;

/// <summary>GET_CONTROLLER_CONFIG (1010) and UPDATE_CONTROLLER_CONFIG (1009): bodies are properties text.</summary>
internal sealed class ConfigHandlers(LiveOptions options, ILogger<ConfigHandlers> logger)
{
    /// <summary>What may be changed from afar: no text from there names a file that is written here, says who is believed to be whom, or takes limits away.</summary>
    private static readonly HashSet<string> Changeable = new(StringComparer.Ordinal) { "enableElectUncleanMaster", "notifyBrokerRoleChanged", "scanInactiveMasterInterval" };

    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane lane) => table
        .Add(RequestCode.GetControllerConfig, new FeatureHandler(Get), lane)
        .Add(RequestCode.UpdateControllerConfig, new FeatureHandler(Update), lane);

    private RemotingCommand Get(RequestContext context) =>
        RemotingCommand.ResponseWithBody(ResponseCode.Success, Encoding.UTF8.GetBytes(options.Describe()));

    private RemotingCommand Update(RequestContext context)
    {
        var changes = JavaProperties.Parse(Encoding.UTF8.GetString(context.Request.Body), "the request");
        var blackList = options.Current.ConfigBlackList.Split(';');
        if (blackList.FirstOrDefault(changes.Entries.ContainsKey) is { } black)
        {
            return RemotingCommand.Response(ResponseCode.NoPermission, $"Can not update config in black list. (configBlackList has {black})");
        }

        if (changes.Entries.Keys.FirstOrDefault(key => !Changeable.Contains(key) && !IgnoredKeys.Instead.ContainsKey(key)) is { } fixedKey)
        {
            return RemotingCommand.Response(
                ResponseCode.NoPermission,
                $"Can not update config {PlainText.Of(fixedKey, 100)} while the controller runs: {string.Join(", ", Changeable)} can be; set others in its file and start it again.");
        }

        try
        {
            options.Update(changes);
        }
        catch (ConfigurationException e)
        {
            return RemotingCommand.Response(ResponseCode.SystemError, e.Message);
        }

        Log.ConfigUpdated(logger, context.Connection.RemoteEndPoint, string.Join(' ', changes.Entries.Select(c => $"{c.Key}={PlainText.Of(c.Value.Value)}")));
        return RemotingCommand.Response(ResponseCode.Success);
    }
}
